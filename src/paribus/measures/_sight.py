"""What the units of each layer see of the model's input."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from paribus.geometry import Field, joined
from paribus.measures._graph import Call, Graph, Tensor
from paribus.measures._windows import extents, steps


@dataclass(frozen=True, slots=True)
class Sight:
    """What a unit depends on, by values of the input; batch and group statistics are left out of it.

    Attributes:
        fields: Along each axis in space or time, as far as convolution and pooling reach; None where branches are out of step.
        whole: Whether it depends on all of the input, because everything was brought together.
    """

    fields: tuple[Field, ...] | None
    whole: bool = False


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TOGETHER = _words(
    "Attention MultiHeadAttention GroupedQueryAttention AdditiveAttention GlobalMaxPooling1D GlobalMaxPooling2D "
    "GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D Bidirectional"
)
_REDUCTIONS = _words("Mean Sum Max Min Amax Amin Prod")
_RECURRENT = _words("LSTM GRU SimpleRNN ConvLSTM1D ConvLSTM2D ConvLSTM3D")
_BY_POSITION = _words(
    "BatchNormalization LayerNormalization GroupNormalization RMSNormalization UnitNormalization Activation ReLU LeakyReLU "
    "PReLU ELU Softmax Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout "
    "GaussianNoise ActivityRegularization Rescaling Normalization Identity Masking Embedding Add Subtract Multiply Average "
    "Maximum Minimum Concatenate RandomContrast RandomBrightness NotEqual Equal Greater Less LogicalAnd Where Relu Relu6 Sigmoid Silu Gelu Elu Selu Tanh Divide "
    "TrueDivide HardSigmoid HardSilu Clip Square Sqrt Exp Cast"
)


def sights(graph: Graph) -> dict[Tensor, Sight | None]:
    """Return what the units of every tensor see; None behind a layer whose reach is not known."""
    seen: dict[Tensor, Sight | None] = {
        tensor: Sight(tuple(Field() for _ in tensor.shape[:-1])) for tensor in graph.inputs
    }
    for call in graph.calls:
        sight = _behind(call, seen)
        seen |= dict.fromkeys(call.outputs, sight)
    return seen


def _behind(call: Call, seen: Mapping[Tensor, Sight | None]) -> Sight | None:
    before = _met(seen[tensor] for tensor in call.inputs)
    name = type(call.layer).__name__
    if before is None or name in _BY_POSITION:
        return before
    if name == "Embedding":
        return replace(before, fields=tuple(Field() for _ in call.inputs[0].shape))
    if _brings_together(call, name):
        return replace(before, whole=True)
    return before if _keeps_places(call, name) else _behind_places(call, before)


def _behind_places(call: Call, before: Sight) -> Sight | None:
    """Return what is seen behind a layer that takes from several places, or moves them."""
    if type(call.layer).__name__ in _RECURRENT:  # a step sees those before it
        return replace(before, fields=None)
    fields = _moved(call, before.fields)
    if fields is None and before.fields is not None:
        return Sight(None, whole=True) if before.whole else None
    return replace(before, fields=fields)


def _brings_together(call: Call, name: str) -> bool:
    """Whether every unit takes from all places of the layer's input."""
    if name in _TOGETHER:
        return True
    if name == "Dense":
        return len(call.inputs[0].shape) == 1
    if name in _REDUCTIONS:
        return all(size == 1 for size in call.outputs[0].shape[:-1])
    return name in _RECURRENT and not call.layer.return_sequences


def _keeps_places(call: Call, name: str) -> bool:
    """Whether the layer mixes channels alone, or lays places out in a row."""
    reduces_channels = name in _REDUCTIONS and call.outputs[0].shape[:-1] == call.inputs[0].shape[:-1]
    return name in {"Dense", "EinsumDense", "Flatten"} or reduces_channels


def _met(sights: Iterable[Sight | None]) -> Sight | None:
    """Return what a unit sees that takes from all of these; a branch that sees everything shows everything."""
    known: list[Sight] = []
    for sight in sights:
        if sight is None:
            return None
        known.append(sight)
    whole = any(sight.whole for sight in known)
    local = [sight.fields for sight in known if sight.fields is not None]
    if not local or len({len(fields) for fields in local}) != 1:
        return Sight(None, whole) if known else None
    axes = [joined(along) for along in zip(*local, strict=True)]
    return Sight(None if None in axes else tuple(axis for axis in axes if axis is not None), whole)


def _moved(call: Call, fields: tuple[Field, ...] | None) -> tuple[Field, ...] | None:
    """Return the fields behind a layer that slides windows, pads, crops or repeats; None if it does none of that."""
    sizes = extents(call.layer, call.inputs[0].shape)
    known = tuple(size for size in sizes if size is not None)
    if fields is None or len(fields) != len(sizes) or len(known) != len(sizes):
        return None
    taken = steps(call.layer, known)
    if not taken:
        return None
    return tuple(field.through(step, size) for field, step, size in zip(fields, taken, known, strict=True))
