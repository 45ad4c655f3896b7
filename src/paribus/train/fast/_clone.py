"""A clone of a model that trains faster and computes the same."""

from collections import Counter
from typing import NamedTuple

from paribus.backend import Layer, Model, keras
from paribus.measures import is_plain


class FastModel(NamedTuple):
    """A model with the same variables in the same order, and the kinds of layers that were replaced in it."""

    model: Model
    replaced: tuple[str, ...]


def fast_clone(model: Model) -> FastModel:
    """Return `model` with faster layers where there are any; the model itself where it cannot be cloned.

    A model can be cloned if it is made of Keras' own parts, whose config and weights are all there is to them. Its weights
    are not copied: the engine passes them in.
    """
    if not is_plain(model):
        return FastModel(model, ())
    from paribus.train.fast._layers import replacement

    replaced: Counter[str] = Counter()

    def clone(layer: Layer) -> Layer:
        kind = replacement(layer)
        if kind is None:
            return layer.__class__.from_config(layer.get_config())
        replaced[type(layer).__name__] += 1
        return kind.from_config(layer.get_config())

    try:
        cloned = keras().models.clone_model(model, clone_function=clone)
    except Exception:  # noqa: BLE001 -- a layer that cannot be made from its config trains as it is
        return FastModel(model, ())
    if not replaced or _shapes(cloned) != _shapes(model):
        return FastModel(model, ())
    return FastModel(cloned, tuple(f"{count} {name}" for name, count in sorted(replaced.items())))


def _shapes(model: Model) -> list[tuple[bool, tuple[int, ...], str]]:
    """Return what the engine relies on: every variable's place, shape and type."""
    trainable = {id(variable) for variable in model.trainable_variables}
    return [
        (id(variable) in trainable, tuple(variable.shape), variable.dtype) for variable in model.variables
    ]
