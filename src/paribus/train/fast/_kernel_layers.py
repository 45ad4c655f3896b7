"""Keras' layers on native kernels, and which layers of a model they stand for. Same config, same variables, same outputs."""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportOperatorIssue=false
# pyright: reportOptionalOperand=false, reportOptionalMemberAccess=false
# Keras ships no types, and its layers' weights are None until they are built.

from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
from keras import activations, layers

from paribus.backend import Array, Layer, Model
from paribus.train.fast._fusion import followers
from paribus.train.fast._kernels import native_kernels
from paribus.train.fast._replacement import (
    Replacement,
    Replacements,
    activated,
    made_as,
    output_shape,
    remember,
)

_KINDS = {layers.MaxPooling2D: "max", layers.AveragePooling2D: "average"}


ops: Any = keras.ops


@dataclass(frozen=True, slots=True)
class _After:
    """What follows a normalisation and is done with it: ReLU, pooling, or both."""

    relu: Layer | None
    pooling: Layer | None

    @property
    def layers(self) -> list[Layer]:
        return [layer for layer in (self.relu, self.pooling) if layer is not None]

    def settings(self) -> dict[str, Any]:
        """Return it as the kernels take it."""
        pool = None if self.pooling is None else native_kernels().Pool(*_pooling(self.pooling))
        return {"relu": self.relu is not None, "pool": pool}


class KernelBatchNormalization(layers.BatchNormalization):
    """Batch normalisation over all axes but the last, with what follows it."""

    after = _After(None, None)

    def call(self, inputs: Array, training: bool | None = None, mask: Array | None = None) -> Array:  # noqa: FBT001
        """Normalise by the batch while training, and remember its statistics; by those otherwise."""
        if mask is not None or inputs.dtype != "float32":
            outputs = super().call(inputs, training=training, mask=mask)
            for layer in self.after.layers:
                outputs = layer(outputs)
            return outputs
        channels = (inputs.shape[-1],)
        scale = ops.ones(channels, "float32") if self.gamma is None else ops.convert_to_tensor(self.gamma)
        offset = ops.zeros(channels, "float32") if self.beta is None else ops.convert_to_tensor(self.beta)
        if not (training and self.trainable):
            factor: Any = scale * ops.rsqrt(self.moving_variance + self.epsilon)
            mean = ops.convert_to_tensor(self.moving_mean)
            return native_kernels().affine(inputs, mean, factor, offset, **self.after.settings())
        outputs, mean, variance = native_kernels().batch_norm(
            inputs, scale, offset, epsilon=self.epsilon, **self.after.settings()
        )
        remember(self, mean, variance)
        return outputs

    def compute_mask(self, inputs: Array, previous_mask: Any = None) -> Any:
        """Return the mask, which pooling does not hand on."""
        return None if self.after.pooling is not None else super().compute_mask(inputs, previous_mask)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of what follows."""
        for layer in self.after.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape


class KernelConv2D(layers.Conv2D):
    """Convolution with its bias."""

    def call(self, inputs: Array) -> Array:
        """Convolve, and activate."""
        outputs = native_kernels().conv(
            inputs,
            ops.convert_to_tensor(self.kernel),
            None if self.bias is None else ops.convert_to_tensor(self.bias),
            strides=self.strides,
            padding=self.padding.upper(),
            dilation=self.dilation_rate,
            groups=self.groups,
        )
        return activated(self, outputs)


class KernelMaxPooling2D(layers.MaxPooling2D):
    """Max pooling whose gradient goes to the first maximum of each window."""

    def call(self, inputs: Array) -> Array:
        """Pool."""
        if inputs.dtype != "float32":
            return super().call(inputs)
        _, *settings = _pooling(self)
        return native_kernels().max_pool(inputs, *settings)


class KernelAveragePooling2D(layers.AveragePooling2D):
    """Average pooling over the inputs that exist."""

    def call(self, inputs: Array) -> Array:
        """Pool."""
        if inputs.dtype != "float32":
            return super().call(inputs)
        _, *settings = _pooling(self)
        return native_kernels().average_pool(inputs, *settings)


def replaced_by_kernels(model: Model) -> Replacements:
    """Return which layers of `model` native kernels compute."""
    after = {name: layer for name, layer in followers(model).items() if _does_its_work_only(layer)}
    found: Replacements = {}
    for layer in filter(_profits, model.layers):
        if type(layer) is layers.BatchNormalization:
            found |= _normalisation(layer, after)
    for layer in filter(_profits, model.layers):
        if layer.name not in found and (kind := _ALONE.get(type(layer))):
            found[layer.name] = Replacement(partial(made_as, kind), f"native {type(layer).__name__}")
    return found


def _normalisation(layer: Layer, after: dict[str, Layer]) -> Replacements:
    """Return replacements for a normalisation and what follows it."""
    relu = after.get(layer.name) if _does_its_work_only(layer) else None
    relu = relu if _is_relu(relu) else None
    pooling = after.get((relu or layer).name) if _does_its_work_only(layer) else None
    done = _After(relu, pooling if type(pooling) in _KINDS and _profits(pooling) else None)
    name = "+".join(type(each).__name__ for each in (layer, *done.layers))
    through = {each.name: Replacement(_as_nothing, "") for each in done.layers}
    return {layer.name: Replacement(partial(_with_what_follows, done), f"native {name}"), **through}


def _with_what_follows(after: _After, layer: Layer) -> Layer:
    made = KernelBatchNormalization.from_config(layer.get_config())
    made.after = after
    return made


def _as_nothing(layer: Layer) -> Layer:
    return layers.Identity(name=layer.name, dtype=layer.dtype_policy)


def _pooling(layer: Layer) -> tuple[Any, ...]:
    return _KINDS.get(type(layer)), layer.pool_size, layer.strides, layer.padding


def _does_its_work_only(layer: Layer) -> bool:
    """Whether nothing but the layer's own result comes of it: no penalty on it, no other precision."""
    return layer.activity_regularizer is None and layer.dtype_policy.name == "float32"


def _is_relu(layer: Layer | None) -> bool:
    if type(layer) is layers.ReLU:
        return (layer.max_value, layer.negative_slope, layer.threshold) == (None, 0, 0)
    return type(layer) is layers.Activation and layer.activation is activations.relu


def _profits(layer: Any) -> bool:
    """Whether kernels compute the layer, and faster."""
    if layer.dtype_policy.name != "float32":
        return False
    kind: Any = type(layer)
    shape = output_shape(layer)
    if kind is layers.BatchNormalization:
        suits = layer.axis in {-1, len(shape) - 1} and not (layer.renorm or layer.synchronized)
    else:
        suits = kind in _ALONE and layer.data_format == "channels_last" and min(layer.strides) > 0
    return suits and not getattr(layer, "lora_enabled", False) and native_kernels().profits(shape)


_ALONE: dict[type, Any] = {
    layers.Conv2D: KernelConv2D,
    layers.MaxPooling2D: KernelMaxPooling2D,
    layers.AveragePooling2D: KernelAveragePooling2D,
}
