"""Which layers of a model follow each other with nothing in between, so that one computation can do for all of them."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from paribus.backend import Layer, Model, keras
from paribus.measures import inside


def followers(model: Model) -> dict[str, Layer]:
    """Return, by a layer's name, the only layer that takes its only output; layers whose output is also the model's have none."""
    layers = {layer.name: layer for layer in model.layers}
    if isinstance(model, keras().Sequential):
        names = list(layers)
        return {name: layers[after] for name, after in pairwise(names)}
    config = model.get_config()
    takers: dict[str, list[str]] = {}
    calls: Counter[str] = Counter()
    for entry in config["layers"]:
        calls[entry["name"]] = len(entry["inbound_nodes"])
        for source in _sources(entry["inbound_nodes"]):
            takers.setdefault(source, []).append(entry["name"])
    for source in _names(config["output_layers"]):
        takers.setdefault(source, []).append("")
    return {
        source: layers[names[0]]
        for source, names in takers.items()
        if len(names) == 1 and names[0] in layers and calls[source] == calls[names[0]] == 1
    }


def _sources(node: Any) -> Iterator[str]:
    """Yield the names of the layers that made the tensors in a layer's arguments."""
    if isinstance(node, dict) and "keras_history" in node:
        yield node["keras_history"][0]
    for value in inside(node):
        yield from _sources(value)


def _names(outputs: Any) -> Iterator[str]:
    """Yield the layers in Keras' nesting of `[name, node, tensor]`."""
    nested = inside(outputs)
    if nested and isinstance(nested[0], str):
        yield nested[0]
        return
    for each in nested:
        yield from _names(each)
