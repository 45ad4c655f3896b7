"""A clone of a model that trains faster and computes the same."""

from collections import Counter
from typing import NamedTuple

from paribus.backend import Layer, Model, keras
from paribus.measures import is_plain
from paribus.train.fast._kernels import native_kernels
from paribus.train.fast._replacement import Replacements


class FastModel(NamedTuple):
    """A model with the same variables in the same order, and the kinds of layers that were replaced in it."""

    model: Model
    replaced: tuple[str, ...]


def fast_clone(model: Model, *, kernels: bool) -> FastModel:
    """Return `model` with faster layers where there are any; the model itself where it cannot be cloned.

    A model can be cloned if it is made of Keras' own parts, whose config and weights are all there is to them. Its weights
    are not copied: the engine passes them in.

    Args:
        model: A built model.
        kernels: Whether native kernels may be used, where there are any.
    """
    if not is_plain(model):
        return FastModel(model, ())
    replaced: Counter[str] = Counter()
    try:
        by_name = _replacements(model, kernels=kernels)

        def clone(layer: Layer) -> Layer:
            found = by_name.get(layer.name)
            if found is None:
                return layer.__class__.from_config(layer.get_config())
            if found.counts_as:
                replaced[found.counts_as] += 1
            return found.make(layer)

        cloned = keras().models.clone_model(model, clone_function=clone)
    except Exception:  # noqa: BLE001 -- a layer that cannot be made from its config trains as it is
        return FastModel(model, ())
    if not replaced or _shapes(cloned) != _shapes(model):
        return FastModel(model, ())
    return FastModel(cloned, tuple(f"{count} {name}" for name, count in sorted(replaced.items())))


def _replacements(model: Model, *, kernels: bool) -> Replacements:
    """Return how layers are replaced: by native kernels first, by operations with written-out gradients otherwise."""
    from paribus.train.fast._layers import replaced_by_operations

    if not (kernels and native_kernels()):
        return replaced_by_operations(model)
    from paribus.train.fast._kernel_layers import replaced_by_kernels

    return replaced_by_operations(model) | replaced_by_kernels(model)


def _shapes(model: Model) -> list[tuple[bool, tuple[int, ...], str]]:
    """Return what the engine relies on: every variable's place, shape and type."""
    trainable = {id(variable) for variable in model.trainable_variables}
    return [
        (id(variable) in trainable, tuple(variable.shape), variable.dtype) for variable in model.variables
    ]
