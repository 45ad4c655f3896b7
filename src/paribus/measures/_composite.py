"""What layers cost that do several things: attention, and recurrent cells."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from collections.abc import Callable

from paribus.measures._cost import SOFTMAX, Cost, elements
from paribus.measures._graph import Call


def attention(call: Call) -> Cost | None:
    """Count projections, scores, softmax, weighted sums, and the projection of what comes out.

    None where inputs cannot be told apart, over several axes at once, and with a gate.
    """
    layer, shapes = call.layer, [tensor.shape for tensor in call.inputs]
    told_apart = len(shapes) == 2 or len(set(map(id, call.inputs))) == 1
    if not told_apart or any(len(shape) != 2 for shape in [*shapes, call.outputs[0].shape]):
        return None
    if getattr(layer, "_use_gate", False):
        return None
    query, value = shapes[:2] if len(shapes) > 1 else shapes * 2
    heads, wide, deep = layer.num_heads, layer.key_dim, layer.value_dim or layer.key_dim
    rows, sources, units = query[0] or 0, value[0] or 0, call.outputs[0].shape[-1] or 0
    projected = [(query, heads * wide), (value, heads * wide), (value, heads * deep)]
    scores = heads * rows * sources
    bias = sum((shape[0] or 0) * width for shape, width in projected) + rows * units
    return Cost(
        macs=sum(elements(shape) * width for shape, width in projected),
        inner=rows * heads * deep * units,
        products=scores * (wide + deep),
        other=bias * bool(layer.use_bias) + rows * heads * wide + SOFTMAX * scores,
    )


def recurrent(gates: int, elementwise: int) -> Callable[[Call], Cost]:
    """Count a cell of that many gates, and that many other operations per unit, for every step."""

    def count(call: Call) -> Cost:
        layer, (steps, features) = call.layer, call.inputs[0].shape
        biases = bool(layer.use_bias) * (2 if getattr(layer, "reset_after", False) else 1)
        each = Cost(
            macs=gates * layer.units * (features or 0),
            inner=gates * layer.units * layer.units,
            other=gates * layer.units * biases + elementwise * layer.units,
        )
        return each.times(steps or 0)

    return count
