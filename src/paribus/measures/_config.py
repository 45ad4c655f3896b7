"""Whether Keras' config tells all about a model."""

from typing import TypeAlias

import msgspec

from paribus.backend import Model

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

_HIDDEN_STATE = frozenset(
    {"Normalization", "Discretization", "Lambda", "IntegerLookup", "StringLookup", "TextVectorization"}
)
"""Keras' layers that hold what is neither in their config nor among their weights."""


def config(model: Model) -> Json:
    """Return the model's config as Keras serialises it, or None where Keras cannot."""
    try:
        return msgspec.json.decode(model.to_json())
    except Exception:  # noqa: BLE001 -- a user's own get_config may raise anything
        return None


def is_plain(model: Model) -> bool:
    """Whether the model is made of Keras' own stateless parts only, so that its config and weights are all there is."""
    found = config(model)
    return found is not None and _is_plain_node(found)


def _is_plain_node(node: Json) -> bool:
    if isinstance(node, list):
        return all(map(_is_plain_node, node))
    if not isinstance(node, dict):
        return True
    if "class_name" in node and not _is_kerasown_config(str(node["class_name"]), str(node.get("module"))):
        return False
    return all(map(_is_plain_node, node.values()))


def _is_kerasown_config(class_name: str, module: str) -> bool:
    """Whether a serialised object is a stateless one of Keras, or a tensor or container that connects such."""
    if class_name.startswith("__"):
        return class_name != "__lambda__"
    return module.partition(".")[0] == "keras" and class_name not in _HIDDEN_STATE


def is_kerasown(kind: type) -> bool:
    """Whether a class comes with Keras."""
    return kind.__module__.partition(".")[0] == "keras"
