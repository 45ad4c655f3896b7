"""Keras' layers with the operations of this package in them. Same config, same variables, same outputs."""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# pyright: reportOptionalOperand=false, reportOptionalMemberAccess=false
# Keras ships no types, and its layers' weights are None until they are built.

from typing import Any

from keras import layers

from paribus.backend import Array, Layer, keras
from paribus.train.fast import _operations as operations

CHANNELS_LAST = "channels_last"


class FastBatchNormalization(layers.BatchNormalization):
    """Batch normalisation over all axes but the last, with its gradient written out."""

    def call(self, inputs: Array, training: bool | None = None, mask: Array | None = None) -> Array:  # noqa: FBT001
        """Normalise by the batch while training, and remember its statistics; by those otherwise."""
        if not (training and self.trainable) or mask is not None:
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = operations.batch_normalization(inputs, self.gamma, self.beta, self.epsilon)
        for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + now * (1.0 - self.momentum))
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


def replacement(layer: Layer) -> Any:
    """Return the faster class for a layer of exactly that class and these settings, or None."""
    if layer.dtype_policy.name != "float32":
        return None
    found = _REPLACEMENTS.get(type(layer))
    return found[0] if found and found[1](layer) else None


def _normalises_last_axis(layer: Layer) -> bool:
    last = layer.axis in (-1, len(layer.input.shape) - 1)
    return bool(last and not layer.renorm and not layer.synchronized)


def _is_channels_last(layer: Layer) -> bool:
    return layer.data_format == CHANNELS_LAST and all(stride > 0 for stride in layer.strides)


def _is_plain_convolution(layer: Layer) -> bool:
    settings = (layer.data_format, layer.groups, set(layer.strides), set(layer.dilation_rate))
    return settings == (CHANNELS_LAST, 1, {1}, {1}) and not layer.lora_enabled


_REPLACEMENTS: dict[type, tuple[Any, Any]] = {
    keras().layers.BatchNormalization: (FastBatchNormalization, _normalises_last_axis),
    keras().layers.MaxPooling1D: (FastMaxPooling1D, _is_channels_last),
    keras().layers.MaxPooling2D: (FastMaxPooling2D, _is_channels_last),
    keras().layers.MaxPooling3D: (FastMaxPooling3D, _is_channels_last),
    keras().layers.Conv2D: (FastConv2D, _is_plain_convolution),
}
