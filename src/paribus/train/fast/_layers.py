"""Keras' layers with the operations of this package in them. Same config, same variables, same outputs."""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# pyright: reportOptionalOperand=false, reportOptionalMemberAccess=false
# Keras ships no types, and its layers' weights are None until they are built.

from functools import partial
from typing import Any

import keras as keras_module
from keras import layers

from paribus.backend import Array, Layer, Model, keras
from paribus.train.fast import _operations as operations
from paribus.train.fast._replacement import (
    Replacement,
    Replacements,
    activated,
    made_as,
    output_shape,
    remember,
)

ops: Any = keras_module.ops
CHANNELS_LAST = "channels_last"
_FEW_UNITS = 256
_MANY_INPUTS = 2
"""By how many times the inputs of a dense layer must outnumber its units."""


class FastBatchNormalization(layers.BatchNormalization):
    """Batch normalisation over all axes but the last, with its gradient written out."""

    def call(self, inputs: Array, training: bool | None = None, mask: Array | None = None) -> Array:  # noqa: FBT001
        """Normalise by the batch while training, and remember its statistics; by those otherwise."""
        if not (training and self.trainable) or mask is not None:
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = operations.batch_normalization(inputs, self.gamma, self.beta, self.epsilon)
        remember(self, mean, variance)
        return outputs


class _FastMaxPooling:
    """Max pooling whose gradient goes to the first maximum of each window."""

    pool_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str

    def call(self, inputs: Array) -> Array:
        """Pool."""
        return operations.max_pool(inputs, self.pool_size, self.strides, self.padding.upper())


class FastMaxPooling1D(_FastMaxPooling, layers.MaxPooling1D):
    """Over one axis."""


class FastMaxPooling2D(_FastMaxPooling, layers.MaxPooling2D):
    """Over two axes."""


class FastMaxPooling3D(_FastMaxPooling, layers.MaxPooling3D):
    """Over three axes."""


class FastConv2D(layers.Conv2D):
    """Convolution of stride 1 whose weight gradient is a few matrix products."""

    def convolution_op(self, inputs: Array, kernel: Array) -> Array:
        """Convolve."""
        return operations.convolution(inputs, kernel, self.padding.upper())


class FastDense(layers.Dense):
    """Dense layer of many inputs and few units, whose weight gradient leaves the inputs as they lie in memory."""

    def call(self, inputs: Array, training: bool | None = None) -> Array:  # noqa: FBT001
        """Multiply, add the bias, activate."""
        if inputs.ndim != 2 or inputs.dtype != "float32":
            return super().call(inputs, training=training)
        outputs = operations.product(inputs, ops.convert_to_tensor(self.kernel))
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return activated(self, outputs)


def replaced_by_operations(model: Model) -> Replacements:
    """Return which layers of `model` have a faster class: those of exactly a class and settings that it computes."""
    found: Replacements = {}
    for layer in model.layers:
        kind, suits = _FASTER.get(type(layer), (None, None))
        if kind and layer.dtype_policy.name == "float32" and suits(layer):
            found[layer.name] = Replacement(partial(made_as, kind), type(layer).__name__)
    return found


def _normalises_last_axis(layer: Layer) -> bool:
    last = layer.axis in {-1, len(output_shape(layer)) - 1}
    return bool(last and not layer.renorm and not layer.synchronized)


def _is_channels_last(layer: Layer) -> bool:
    return layer.data_format == CHANNELS_LAST and all(stride > 0 for stride in layer.strides)


def _is_plain_convolution(layer: Layer) -> bool:
    settings = (layer.data_format, layer.groups, set(layer.strides), set(layer.dilation_rate))
    return settings == (CHANNELS_LAST, 1, {1}, {1}) and not layer.lora_enabled


def _has_many_inputs(layer: Layer) -> bool:
    plain = len(output_shape(layer)) == 2 and not layer.lora_enabled and layer.quantization_mode is None
    return plain and layer.units <= _FEW_UNITS and layer.kernel.shape[0] >= _MANY_INPUTS * layer.units


_FASTER: dict[type, tuple[Any, Any]] = {
    keras().layers.BatchNormalization: (FastBatchNormalization, _normalises_last_axis),
    keras().layers.MaxPooling1D: (FastMaxPooling1D, _is_channels_last),
    keras().layers.MaxPooling2D: (FastMaxPooling2D, _is_channels_last),
    keras().layers.MaxPooling3D: (FastMaxPooling3D, _is_channels_last),
    keras().layers.Conv2D: (FastConv2D, _is_plain_convolution),
    keras().layers.Dense: (FastDense, _has_many_inputs),
}
