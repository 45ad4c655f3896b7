"""What a recipe takes from Keras, as plain data: names and configs, read without importing Keras."""

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

KerasConfig: TypeAlias = Any
"""A Keras name ("sgd"), a config ({"class_name": "SGD", "config": {"learning_rate": 0.1}}) or a Keras object, which is
kept as its config."""

_PLAIN = (str, int, float, bool, type(None))


def declared(value: KerasConfig, *, named: bool) -> KerasConfig:
    """Return a copy in which Keras objects are their configs and NumPy's numbers Python's.

    Args:
        value: What was given.
        named: Whether the name of an object means anything; Keras numbers optimizers by how many the process has made.
    """
    if not _is_object(value):
        return _plain(value)
    config = _plain(value)
    if not named:
        config["config"].pop("name", None)
    return {key: config[key] for key in ("class_name", "config")}  # its module can be that of one backend


def problems(field: str, value: KerasConfig) -> list[str]:
    """Say what is wrong with what `declared` returned for a field of the recipe."""
    if foreign := _foreign(value):
        return [
            f"recipe: {field} holds {each!r}, of type {type(each).__name__}; only Keras' own objects and plain values can "
            "be declared, because a config does not tell what other code does."
            for each in foreign
        ]
    if not (isinstance(value, str) and value) and not (isinstance(value, Mapping) and "class_name" in value):
        return [
            f"recipe: {field} is {value!r}; give a Keras name, a config with 'class_name' and 'config', or a Keras object."
        ]
    return []


def metric_name(value: KerasConfig) -> str:
    """Return the name under which a declared metric is recorded: its own, or its class' in snake case."""
    if isinstance(value, str):
        return _snake_case(value)
    known = cast("Mapping[str, Any]", value)
    config: Mapping[str, Any] = known.get("config") or {}
    return str(config.get("name") or _snake_case(known["class_name"]))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return list(map(_plain, cast("list[Any]", value)))
    if hasattr(value, "__name__") and _is_kerasown(value):  # a function or class, which Keras finds by name
        return str(value.__name__)
    if _is_object(value):
        serialise: Callable[[Any], Any] = sys.modules["keras"].saving.serialize_keras_object
        return _plain(serialise(value))
    return value.item() if getattr(value, "shape", None) == () else value


def _is_object(value: Any) -> bool:
    """Whether this is one of Keras' own objects; Keras is loaded, then."""
    return not isinstance(value, type) and hasattr(value, "get_config") and _is_kerasown(value)


def _is_kerasown(value: Any) -> bool:
    return str(getattr(value, "__module__", None)).partition(".")[0] == "keras"


def _foreign(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [each for item in cast("dict[str, Any]", value).values() for each in _foreign(item)]
    if isinstance(value, list):
        return [each for item in cast("list[Any]", value) for each in _foreign(item)]
    return [] if isinstance(value, _PLAIN) else [value]


def _snake_case(name: str) -> str:
    """Return a class' name as Keras names its objects."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
