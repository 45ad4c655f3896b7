"""A model as calls of layers on tensors, in an order in which each finds its inputs made; nested models are opened."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from paribus.backend import Layer, Model, keras
from paribus.measures._config import is_kerasown

Shape = tuple[int | None, ...]
"""Without the batch axis; an axis of any size is None."""


@dataclass(frozen=True, eq=False, slots=True)
class Tensor:
    """What one call makes and others take; two of the same shape are two."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Call:
    """A layer, or one of Keras' operations, at one place in the model.

    Attributes:
        name: Its own, after those of the models it is nested in.
        layer: What is called.
        inputs: What it takes.
        outputs: What it makes.
        again: Whether the layer was called before, so that its weights are counted already.
    """

    name: str
    layer: Layer
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """All calls of a model. `unread` says why there are none, where Keras does not tell them."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    calls: tuple[Call, ...]
    unread: str = ""


def graph(model: Model) -> Graph:
    """Return the calls of a built Functional or Sequential model; of any other model, none and the reason."""
    inputs = tuple(Tensor(_without_batch(tensor)) for tensor in getattr(model, "inputs", None) or ())
    walk = _Walk()
    try:
        outputs = walk.through(model, inputs, "")
    except Exception as error:  # noqa: BLE001 -- a user's own layers are asked for their config, and may raise anything
        return Graph(inputs, (), (), f"{type(model).__name__}: {error}")
    if outputs is None:
        return Graph(inputs, (), (), f"{type(model).__name__} is a model of one's own making")
    return Graph(inputs, outputs, tuple(walk.calls))


class _Walk:
    """Follows tensors through a model, and keeps the calls on the way."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._called: set[int] = set()
        self._names = _Names()

    def through(self, model: Model, inputs: Sequence[Tensor], prefix: str) -> tuple[Tensor, ...] | None:
        """Return what the model makes of `inputs`; None for what is neither Functional nor Sequential."""
        kind = _keras_kind(model)
        if kind == "Sequential":
            return self._chain(model, tuple(inputs), prefix)
        return self._nodes(model, inputs, prefix) if kind == "Functional" else None

    def _chain(self, model: Model, tensors: tuple[Tensor, ...], prefix: str) -> tuple[Tensor, ...]:
        for layer in model.layers:
            tensors = self._call(layer, tensors, [_without_batch(layer.output)], prefix)
        return tensors

    def _nodes(self, model: Model, inputs: Sequence[Tensor], prefix: str) -> tuple[Tensor, ...] | None:
        config = model.get_config()
        if not {"layers", "input_layers", "output_layers"} <= set(config):
            return None
        operations = {operation.name: operation for operation in model.operations}
        shapes = _shapes(config, model)
        made: dict[_Place, Tensor] = dict(zip(_places(config["input_layers"]), inputs, strict=True))
        waiting = list(_unmade(config, operations))
        while waiting:
            ready = [each for each in waiting if all(place in made for place in each.takes)]
            if not ready:
                raise ValueError("its layers take tensors that none of them makes")
            for node in ready:
                taken = tuple(made[place] for place in node.takes)
                outputs = self._call(operations[node.name], taken, _made_by(node, shapes), prefix)
                made |= {_Place(node.name, node.index, at): tensor for at, tensor in enumerate(outputs)}
            waiting = [each for each in waiting if each not in ready]
        return tuple(made[place] for place in _places(config["output_layers"]))

    def _call(
        self, layer: Layer, inputs: tuple[Tensor, ...], shapes: Sequence[Shape], prefix: str
    ) -> tuple[Tensor, ...]:
        name = f"{prefix}{self._names(layer)}"
        opened = self.through(layer, inputs, f"{name}/")
        if opened is not None:
            return opened
        outputs = tuple(Tensor(shape) for shape in shapes)
        self.calls.append(Call(name, layer, inputs, outputs, again=id(layer) in self._called))
        self._called.add(id(layer))
        return outputs


class _Names:
    """Names layers as they would be in a fresh process: Keras numbers those without a name of their own by how many it has built."""

    def __init__(self) -> None:
        self._given: dict[int, str] = {}
        self._counts: Counter[str] = Counter()

    def __call__(self, layer: Layer) -> str:
        """Return the layer's name; the same for the same layer."""
        if id(layer) not in self._given:
            self._given[id(layer)] = self._next(layer)
        return self._given[id(layer)]

    def _next(self, layer: Layer) -> str:
        plain = re.sub(r"_\d+$", "", layer.name)
        if plain.replace("_", "") != type(layer).__name__.lower():
            return layer.name
        number = self._counts[plain]
        self._counts[plain] += 1
        return f"{plain}_{number}" if number else plain


@dataclass(frozen=True, slots=True)
class _Place:
    """Keras' address of a tensor: the layer that makes it, in which of its calls, and which of that call's outputs."""

    name: str
    index: int
    at: int


@dataclass(frozen=True, slots=True)
class _Node:
    """A call as the config has it."""

    name: str
    index: int
    takes: tuple[_Place, ...]


def _keras_kind(model: Model) -> str:
    """Return "Sequential" or "Functional" for a model that Keras calls layer by layer; nothing for one with a `call` of its own."""
    if not isinstance(model, keras().Model):
        return ""
    for kind in type(model).__mro__:
        if is_kerasown(kind) and kind.__name__ in {"Sequential", "Functional"}:
            return kind.__name__ if type(model).call is kind.call else ""
    return ""


def _unmade(config: Mapping[str, Any], operations: Mapping[str, Layer]) -> Iterator[_Node]:
    """Yield all calls but those of inputs."""
    for entry in config["layers"]:
        operation = operations[entry["name"]]
        first = int(hasattr(operation, "operations"))  # a nested model's first call is its own making
        for index, node in enumerate(entry["inbound_nodes"], start=first):
            yield _Node(entry["name"], index, tuple(place for place, _ in _taken(node)))


def _shapes(config: Mapping[str, Any], model: Model) -> dict[_Place, Shape]:
    """Return the shapes of all tensors that a call or the model's caller takes."""
    shapes = {
        place: shape
        for entry in config["layers"]
        for node in entry["inbound_nodes"]
        for place, shape in _taken(node)
    }
    return shapes | dict(
        zip(_places(config["output_layers"]), map(_without_batch, model.outputs), strict=True)
    )


def _made_by(node: _Node, shapes: Mapping[_Place, Shape]) -> list[Shape]:
    """Return the shapes of a call's outputs up to the last one that anybody takes; one between that nobody takes is unknown."""
    known = {
        place.at: shape
        for place, shape in shapes.items()
        if (place.name, place.index) == (node.name, node.index)
    }
    return [known.get(at, (None,)) for at in range(max(known, default=-1) + 1)]


def _taken(node: Any) -> Iterator[tuple[_Place, Shape]]:
    """Yield the tensors among a call's arguments."""
    if isinstance(node, dict) and "keras_history" in node:
        yield _Place(*node["keras_history"]), tuple(node["shape"][1:])
        return
    for value in inside(node):
        yield from _taken(value)


def _places(nested: Any) -> Iterator[_Place]:
    """Yield the addresses in Keras' nesting of `[name, node, tensor]`."""
    values = inside(nested)
    if values and isinstance(values[0], str):
        yield _Place(*values)
        return
    for value in values:
        yield from _places(value)


def inside(nested: Any) -> list[Any]:
    """Return what a list, tuple or dictionary holds, that in the order of its keys, as Keras flattens it; nothing of anything else."""
    if isinstance(nested, dict):
        items = cast("dict[str, Any]", nested)
        return [items[key] for key in sorted(items)]
    return list(cast("list[Any]", nested)) if isinstance(nested, list | tuple) else []


def _without_batch(tensor: Any) -> Shape:
    return tuple(tensor.shape[1:])
