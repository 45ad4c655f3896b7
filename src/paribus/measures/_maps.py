"""Where a model puts out features of places, one map for each layer with a kernel."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from collections import Counter
from dataclasses import dataclass

from paribus.backend import Layer, Model
from paribus.measures._graph import Tensor, graph
from paribus.measures._measures import has_kernel
from paribus.measures._sight import Sight, sights


@dataclass(frozen=True, slots=True)
class MapSite:
    """The last call before the next layer with a kernel whose output still keeps places apart.

    Attributes:
        name: Of the layer.
        layer: What is called.
        call: Which of its calls it is, counted from 0.
        jump: Inputs of the model from one place to the next, along each axis.
    """

    name: str
    layer: Layer
    call: int
    jump: tuple[int, ...]


def map_sites(model: Model) -> tuple[MapSite, ...]:
    """Return the feature maps of a built Functional or Sequential model in the order of its calls; of any other, none.

    What comes before the first kernel is none, and neither is a map whose places do not lie a whole number of inputs apart.
    """
    traced = graph(model)
    seen, calls = sights(traced), Counter[int]()
    found: list[MapSite | None] = []
    for call in traced.calls:
        if has_kernel(call):
            found.append(None)
        jump = _jump(call.outputs[0], seen) if call.outputs else ()
        if found and jump:
            found[-1] = MapSite(call.name, call.layer, calls[id(call.layer)], jump)
        calls[id(call.layer)] += 1
    return tuple(site for site in found if site is not None)


def _jump(tensor: Tensor, seen: dict[Tensor, Sight | None]) -> tuple[int, ...]:
    """Return the inputs from one place of a tensor to the next; nothing where it has no places, or no whole number of inputs."""
    sight = seen.get(tensor)
    if sight is None or sight.whole or not sight.fields or len(tensor.shape) != len(sight.fields) + 1:
        return ()
    jumps = [field.jump for field in sight.fields]
    return tuple(map(int, jumps)) if all(jump >= 1 and jump.denominator == 1 for jump in jumps) else ()
