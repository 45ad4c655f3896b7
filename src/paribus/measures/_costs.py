"""What one call of a layer costs, by a convention that is the same for all: see `Cost`."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from paribus.measures._composite import attention, recurrent
from paribus.measures._config import is_kerasown
from paribus.measures._cost import SOFTMAX, Cost, activation, elements, out, taken, weighted
from paribus.measures._graph import Call, Tensor

_HARMLESS = frozenset(
    {
        "__module__",
        "__doc__",
        "__init__",
        "__qualname__",
        "__firstlineno__",
        "__static_attributes__",
        "get_config",
    }
)
"""What a subclass may define and still compute what its base does."""


def cost(call: Call) -> Cost | None:
    """Return what a call costs; None for a layer of one's own, or one whose convention is not stated here, or of unknown shape."""
    if any(None in tensor.shape for tensor in (*call.inputs, *call.outputs)):
        return None
    kind = type(call.layer)
    table = _OPERATIONS if ".ops." in kind.__module__ else _LAYERS
    lineage = kind.__mro__
    place = next(
        (at for at, base in enumerate(lineage) if is_kerasown(base) and base.__name__ in table), None
    )
    if place is None or any(set(vars(base)) - _HARMLESS for base in lineage[:place] if not is_kerasown(base)):
        return None
    if kind.call is not lineage[place].call:  # one of Keras' own that computes something else
        return None
    return table[lineage[place].__name__](call)


def _channel_axis(layer: Any) -> int:
    return -1 if layer.data_format == "channels_last" else 0


def _dense(call: Call) -> Cost:
    return weighted(call, (call.inputs[0].shape[-1] or 0) * out(call))


def _einsum_dense(call: Call) -> Cost | None:
    """Count one multiply-add for every combination of the indices in the equation."""
    layer = call.layer
    terms, _, _ = layer.equation.replace(" ", "").partition("->")
    if "." in terms:
        return None
    inputs, kernel = terms.split(",")
    sizes: dict[str, int] = dict(zip(kernel, layer.kernel.shape, strict=True))
    sizes |= {index: size or 0 for index, size in zip(inputs[1:], call.inputs[0].shape, strict=True)}
    n = out(call)
    bias = n * (getattr(layer, "bias_axes", None) is not None)
    return Cost(math.prod(sizes.values()), other=bias + activation(layer, n))


def _convolution(call: Call) -> Cost:
    channels = call.inputs[0].shape[_channel_axis(call.layer)] or 0
    each = math.prod(call.layer.kernel_size) * (channels // call.layer.groups)
    return weighted(call, each * out(call))


def _depthwise(call: Call) -> Cost:
    return weighted(call, math.prod(call.layer.kernel_size) * out(call))


def _separable(call: Call) -> Cost:
    layer, shape = call.layer, call.inputs[0].shape
    between = (shape[_channel_axis(layer)] or 0) * layer.depth_multiplier
    positions = out(call) // layer.filters
    depthwise = positions * between * math.prod(layer.kernel_size)
    return weighted(call, depthwise, inner=positions * between * layer.filters)


def _transposed(call: Call) -> Cost:
    """Count every input times the whole kernel, what `same` cuts off included."""
    layer = call.layer
    return weighted(call, math.prod(layer.kernel_size) * layer.filters * taken(call))


def _pooling(call: Call, *, division: bool) -> Cost:
    size: Any = call.layer.pool_size
    window = math.prod(size if isinstance(size, tuple) else (size,))
    return Cost(other=out(call) * (window - 1 + division))


def _global_pooling(call: Call, *, division: bool) -> Cost:
    return Cost(other=taken(call) - out(call) + out(call) * division)


def _per_element(operations: int) -> Callable[[Call], Cost]:
    return lambda call: Cost(other=operations * out(call))


def _per_input(call: Call) -> Cost:
    return Cost(other=taken(call))


def _activation_layer(call: Call) -> Cost:
    return Cost(other=activation(call.layer, out(call)))


def _merge(call: Call, *, division: bool = False) -> Cost:
    return Cost(other=out(call) * (len(call.inputs) - 1 + division))


def _matmul(call: Call) -> Cost | None:
    """Count a row of the first operand for every output; None where one of the two is a constant."""
    if len(call.inputs) != 2:
        return None
    return Cost(products=(call.inputs[0].shape[-1] or 0) * out(call))


def _bidirectional(call: Call) -> Cost | None:
    layer = call.layer
    ways = (layer.forward_layer, layer.backward_layer)
    if any(type(way).__name__ not in _RECURRENT for way in ways):
        return None
    forward, backward = (_RECURRENT[type(way).__name__](replace(call, layer=way)) for way in ways)
    merging = {"sum": 1, "mul": 1, "ave": 2}.get(layer.merge_mode, 0) * elements(call.outputs[0].shape)
    return forward.plus(backward).plus(Cost(other=merging))


def _time_distributed(call: Call) -> Cost | None:
    """Count what is done to every step."""
    steps = call.inputs[0].shape[0] or 0
    inputs, outputs = (
        tuple(Tensor(tensor.shape[1:]) for tensor in tensors) for tensors in (call.inputs, call.outputs)
    )
    one = cost(Call(call.name, call.layer.layer, inputs, outputs))
    return None if one is None else one.times(steps)


_Count = Callable[[Call], Cost | None]


def _each(names: str, count: _Count) -> dict[str, _Count]:
    return dict.fromkeys(names.split(), count)


_NOTHING: _Count = lambda _: Cost()  # noqa: E731 -- a table entry like the others

_RECURRENT = {"SimpleRNN": recurrent(1, 1), "GRU": recurrent(3, 8), "LSTM": recurrent(4, 9)}

_LAYERS: Mapping[str, _Count] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "MultiHeadAttention": attention,
    **_RECURRENT,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "BatchNormalization": _per_element(2),
    "Softmax": _per_element(SOFTMAX),
    "Activation": _activation_layer,
    "Average": lambda call: _merge(call, division=True),
    "Normalization": _per_element(2),
    "Rescaling": _per_element(2),
    **_each("Conv1D Conv2D Conv3D", _convolution),
    **_each("DepthwiseConv1D DepthwiseConv2D", _depthwise),
    **_each("SeparableConv1D SeparableConv2D", _separable),
    **_each("Conv1DTranspose Conv2DTranspose Conv3DTranspose", _transposed),
    **_each("MaxPooling1D MaxPooling2D MaxPooling3D", lambda call: _pooling(call, division=False)),
    **_each("AveragePooling1D AveragePooling2D AveragePooling3D", lambda call: _pooling(call, division=True)),
    **_each(
        "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D",
        lambda call: _global_pooling(call, division=False),
    ),
    **_each(
        "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D",
        lambda call: _global_pooling(call, division=True),
    ),
    **_each("LayerNormalization GroupNormalization", _per_element(7)),
    **_each("RMSNormalization UnitNormalization", _per_element(4)),
    **_each("ReLU LeakyReLU PReLU ELU", _per_element(1)),
    **_each("Add Subtract Multiply Maximum Minimum", _merge),
    **_each(
        "InputLayer Flatten Reshape Permute RepeatVector Identity Masking Embedding Concatenate Cropping1D Cropping2D "
        "Cropping3D ZeroPadding1D ZeroPadding2D ZeroPadding3D UpSampling1D UpSampling3D Dropout SpatialDropout1D "
        "SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise ActivityRegularization RandomFlip "
        "RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomCrop RandomErasing",
        _NOTHING,
    ),
    "UpSampling2D": lambda call: Cost() if call.layer.interpolation == "nearest" else None,
}

_OPERATIONS: Mapping[str, _Count] = {
    "Matmul": _matmul,
    "Softmax": _per_element(SOFTMAX),
    "LogSoftmax": _per_element(SOFTMAX),
    **_each("Mean Sum Max Min Amax Amin Prod", _per_input),
    **_each(
        "Add Subtract Multiply Divide TrueDivide Maximum Minimum Power Square Sqrt Rsqrt Exp Log Tanh Negative Absolute Abs "
        "Clip Reciprocal NotEqual Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr Where Relu Relu6 Sigmoid Silu Gelu Elu Selu Celu LeakyRelu Softplus Softsign HardSigmoid HardSilu HardTanh",
        _per_element(1),
    ),
    **_each(
        "Reshape Transpose Concatenate Stack Squeeze ExpandDims GetItem Pad Ravel Flip Roll Repeat Tile Moveaxis Swapaxes "
        "BroadcastTo Take Split Cast",
        _NOTHING,
    ),
}
