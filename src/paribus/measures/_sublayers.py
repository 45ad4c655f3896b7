"""The layers of a model, at any depth."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from paribus.backend import Layer, Model, keras


def sublayers(model: Model) -> Iterator[Layer]:
    """Yield every layer once, the model itself first: in nested models, in layers of a user's own, in the containers they hold."""
    yield from _layers_in(model, set())


def _layers_in(value: Any, seen: set[int]) -> Iterator[Layer]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, keras().Layer):
        yield value
    for each in _held(value):
        yield from _layers_in(each, seen)


def _held(value: Any) -> Iterable[Any]:
    """Return the attributes of a layer, or what is in a container."""
    if isinstance(value, keras().Layer):
        return cast("dict[str, Any]", vars(value)).values()
    if isinstance(value, dict):
        return cast("dict[Any, Any]", value).values()
    return cast("Iterable[Any]", value) if isinstance(value, list | tuple | set) else ()
