"""A built model's costs, reach and parts, in total."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from paribus.backend import Model
from paribus.geometry import Field, Window, padding, padding_share, reads
from paribus.measures._cost import Cost
from paribus.measures._costs import cost
from paribus.measures._graph import Call, Graph, Shape, Tensor, graph
from paribus.measures._parameters import parameters
from paribus.measures._sight import Sight, sights
from paribus.measures._traits import traits
from paribus.measures._windows import extents, windows
from paribus.records import LayerRecord, Measures

_VIEWS = frozenset({"InputLayer", "Flatten", "Reshape", "Identity", "ExpandDims", "Squeeze", "Ravel"})
"""Layers that hand on what they take without copying it."""

Readers = dict[Tensor, list[Call]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's layers and totals."""

    layers: tuple[LayerRecord, ...]
    totals: Measures


def measured(model: Model, *, batch_size: int, bytes_per_number: int = 4) -> Measured:
    """Measure a built Keras model.

    Args:
        model: Functional or Sequential; of any other, only weights are known.
        batch_size: Examples per step, for the memory of activations.
        bytes_per_number: Of what layers put out.
    """
    traced = graph(model)
    if traced.unread:
        return Measured(_layers_alone(model), _unknown(traced.unread, traits(_as_calls(model))))
    costs = [cost(call) for call in traced.calls]
    seen = sights(traced)
    readers = _readers(traced)
    records = tuple(
        _record(call, each, seen, readers) for call, each in zip(traced.calls, costs, strict=True)
    )
    return Measured(records, _totals(traced, costs, seen, batch_size * bytes_per_number))


def amount(model: Model, measure: str, *, batch_size: int, bytes_per_number: int) -> int | None:
    """Return what a built model costs, in the measure of a budget; None if it is not known.

    Args:
        model: As in `measured`.
        measure: "trainable_parameters", "parameters", or a total of `Measures`.
        batch_size: Examples per step.
        bytes_per_number: Of what layers put out.
    """
    if measure == "trainable_parameters":
        return parameters(model).trainable
    if measure == "parameters":
        return parameters(model).total
    totals = measured(model, batch_size=batch_size, bytes_per_number=bytes_per_number).totals
    return getattr(totals, measure)


def _record(
    call: Call, spent: Cost | None, seen: Mapping[Tensor, Sight | None], readers: Readers
) -> LayerRecord:
    output = call.outputs[0] if call.outputs else Tensor(())
    sight, axes = seen.get(output), _axes(call)
    return LayerRecord(
        kind=type(call.layer).__name__,
        output_shape=output.shape,
        parameters=0 if call.again or not hasattr(call.layer, "weights") else parameters(call.layer).total,
        name=call.name,
        macs=None if spent is None else spent.multiply_adds,
        flops=None if spent is None else spent.flops,
        receptive_field=_sizes(sight),
        input_field=_sizes(seen.get(call.inputs[0])) if call.inputs else (),
        sees_all=sight is not None and sight.whole,
        input_extents=tuple(n for n, _ in axes),
        unread=_unread(axes, readers[call.inputs[0]]) if axes else (),
        pads=tuple(padding(n, window) for n, window in axes),
        padding_share=_padding(axes) if axes else 0.0,
        jump=_jumps(sight),
        out_of_step=_out_of_step([seen.get(tensor) for tensor in call.inputs]),
    )


def _axes(call: Call) -> list[tuple[int, Window]]:
    """Return the size of a layer's input and its window along every axis; nothing for a layer that slides none."""
    sliding = windows(call.layer)
    if sliding is None or not call.inputs:
        return []
    sizes = extents(call.layer, call.inputs[0].shape)
    return [] if None in sizes else list(zip(_known(sizes), sliding, strict=True))


def _readers(traced: Graph) -> Readers:
    """Return, for every tensor, the calls that take it."""
    readers: Readers = {}
    for call in traced.calls:
        for tensor in call.inputs:
            readers.setdefault(tensor, []).append(call)
    return readers


def _unread(axes: Sequence[tuple[int, Window]], readers: Sequence[Call]) -> tuple[tuple[int, ...], ...]:
    """Return the places along each axis that no reader of a tensor reads."""
    readings = [_axes(reader) for reader in readers]
    if not all(readings) or len({tuple(n for n, _ in reading) for reading in readings}) != 1:
        return ((),) * len(axes)  # one of them takes everything, or they do not agree which axes are places
    return tuple(
        tuple(int(place) for place in np.flatnonzero(sum(reads(n, windows) for n, windows in along) == 0))
        for along in zip(*readings, strict=True)
    )


def _padding(axes: Sequence[tuple[int, Window]]) -> float:
    """Return which part of all that windows over several axes read lies in the padding along any of them."""
    inside = math.prod(1 - padding_share(n, window) for n, window in axes)
    return 0.0 if math.isnan(inside) else 1 - inside


def _sizes(sight: Sight | None) -> tuple[int, ...]:
    return () if sight is None or sight.fields is None else tuple(field.size for field in sight.fields)


def _jumps(sight: Sight | None) -> tuple[float, ...]:
    return () if sight is None or sight.fields is None else tuple(float(field.jump) for field in sight.fields)


def _out_of_step(branches: Sequence[Sight | None]) -> str:
    """Return the jumps of branches that differ; nothing of branches in step."""
    jumps = [_jumps(branch) for branch in branches if branch is not None and branch.fields]
    if len(set(jumps)) < 2 or len({len(each) for each in jumps}) > 1:
        return ""
    return (
        " and ".join(dict.fromkeys("×".join(f"{jump:g}" for jump in each) for each in jumps))
        + " inputs apart"
    )


def _known(sizes: Shape) -> tuple[int, ...]:
    return tuple(size for size in sizes if size is not None)


def _totals(
    traced: Graph, costs: Sequence[Cost | None], seen: Mapping[Tensor, Sight | None], bytes_per_output: int
) -> Measures:
    known = [each for each in costs if each is not None]
    complete = len(known) == len(costs)
    outputs = [seen[tensor] for tensor in traced.outputs]
    return Measures(
        macs=sum(each.multiply_adds for each in known) if complete else None,
        flops=sum(each.flops for each in known) if complete else None,
        training_flops=_training_flops(traced, costs),
        activation_bytes=_activation_bytes(traced, bytes_per_output),
        depth=_depth(traced),
        receptive_field=_local_field(traced, seen),
        sees_all=_see_all(traced, outputs),
        gathered_by=_gathered_by(traced, seen),
        uncounted=tuple(
            f"{type(call.layer).__name__} '{call.name}'"
            for call, each in zip(traced.calls, costs, strict=True)
            if each is None
        ),
        traits=traits(traced),
    )


def _training_flops(traced: Graph, costs: Sequence[Cost | None]) -> int | None:
    total = 0
    needed: dict[Tensor, bool] = dict.fromkeys(traced.inputs, False)
    for call, spent in zip(traced.calls, costs, strict=True):
        if spent is None:
            return None
        before = any(needed[tensor] for tensor in call.inputs)
        trains = bool(getattr(call.layer, "trainable_weights", ()))
        total += spent.training_flops(before=before, trains=trains)
        needed |= dict.fromkeys(call.outputs, before or trains)
    return total


def _activation_bytes(traced: Graph, bytes_per_output: int) -> int | None:
    kept = [
        tensor.shape
        for call in traced.calls
        if type(call.layer).__name__ not in _VIEWS
        for tensor in call.outputs
    ]
    if any(None in shape for shape in kept):
        return None
    return bytes_per_output * sum(math.prod(_known(shape)) for shape in kept)


def _depth(traced: Graph) -> int:
    """Return how many layers with a kernel lie on the longest way, as the 16 of VGG16 are counted."""
    depths: dict[Tensor, int] = dict.fromkeys(traced.inputs, 0)
    for call in traced.calls:
        deepest = max((depths[tensor] for tensor in call.inputs), default=0)
        depths |= dict.fromkeys(call.outputs, deepest + has_kernel(call))
    return max((depths[tensor] for tensor in traced.outputs), default=0)


def has_kernel(call: Call) -> bool:
    """Whether the layer mixes its inputs by weights; a normalisation only scales them."""
    layer = getattr(call.layer, "layer", call.layer)  # what a wrapper wraps
    name = type(layer).__name__
    weights = getattr(layer, "weights", ())
    return not name.endswith(("Normalization", "PReLU")) and any(len(weight.shape) > 1 for weight in weights)


def _local_field(traced: Graph, seen: Mapping[Tensor, Sight | None]) -> tuple[int, ...] | None:
    """Return the largest field along each axis, as far as convolution and pooling reach."""
    found = [seen[tensor] for call in traced.calls for tensor in call.outputs]
    if any(sight is None or (sight.fields is None and not sight.whole) for sight in found):
        return None
    fields = [sight.fields for sight in found if sight is not None and sight.fields]
    return tuple(max(field.size for field in along) for along in zip(*fields, strict=False)) if fields else ()


def _see_all(traced: Graph, outputs: Sequence[Sight | None]) -> bool | None:
    sizes = traced.inputs[0].shape[:-1] if traced.inputs else ()
    if not outputs or None in sizes or any(sight is None for sight in outputs):
        return None
    return all(
        sight is not None and (sight.whole or _covers(sight.fields, _known(sizes))) for sight in outputs
    )


def _covers(fields: tuple[Field, ...] | None, sizes: Sequence[int]) -> bool:
    """Whether the first unit's field holds all inputs."""
    if not fields or len(fields) != len(sizes):
        return False
    return all(
        field.start <= 0 and field.start + field.size >= size
        for field, size in zip(fields, sizes, strict=True)
    )


def _gathered_by(traced: Graph, seen: Mapping[Tensor, Sight | None]) -> str:
    """Return the kind of the first layer behind which units see everything."""
    for call in traced.calls:
        sight = seen[call.outputs[0]] if call.outputs else None
        if sight is not None and sight.whole:
            return type(call.layer).__name__
    return ""


def _layers_alone(model: Model) -> tuple[LayerRecord, ...]:
    """Return the layers of a model whose calls are not known; a nested model is one layer."""
    return tuple(
        LayerRecord(
            kind=type(layer).__name__,
            output_shape=_output_shape(layer),
            parameters=parameters(layer).total,
            name=layer.name,
        )
        for layer in model.layers
    )


def _output_shape(layer: object) -> Shape:
    try:
        return tuple(layer.output.shape[1:])  # pyright: ignore[reportAttributeAccessIssue] -- Keras has no types
    except (AttributeError, ValueError):  # several outputs, or a layer that was never called symbolically
        return ()


def _as_calls(model: Model) -> Graph:
    return Graph(
        (), (), tuple(Call(layer.name, layer, (), ()) for layer in model.layers), unread="its layers alone"
    )


def _unknown(why: str, parts: dict[str, tuple[str, ...]]) -> Measures:
    return Measures(
        macs=None,
        flops=None,
        training_flops=None,
        activation_bytes=None,
        depth=None,
        receptive_field=None,
        sees_all=None,
        gathered_by="",
        uncounted=(why,),
        traits=parts,
    )
