"""Layers whose calls are watched, or changed, while a model is called."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from paribus.backend import Layer
from paribus.measures import MapSite

Call = Callable[..., Any]


@contextmanager
def called(layers: Sequence[Layer], around: Callable[[Layer, Call], Call]) -> Generator[None]:
    """Let each layer's `call` be what `around` makes of it, for a while.

    Written past `Layer.__setattr__`, which would track it; `Layer.__call__` looks `call` up anew every time.
    """
    before: list[Call | None] = [vars(layer).get("call") for layer in layers]
    for layer in layers:
        vars(layer)["call"] = around(layer, layer.call)
    try:
        yield
    finally:
        for layer, own in zip(layers, before, strict=True):
            del vars(layer)["call"]
            if own is not None:
                vars(layer)["call"] = own


@contextmanager
def captured(sites: Sequence[MapSite]) -> Generator[Callable[[], list[Any]]]:
    """Keep what layers put out while a model is called, or traced.

    Yields:
        What returns the outputs of the sites, in their order, once the model has been called.
    """
    made: dict[int, list[Any]] = {id(site.layer): [] for site in sites}

    def kept(layer: Layer, call: Call) -> Call:
        def call_and_keep(*args: Any, **kwargs: Any) -> Any:
            outputs = call(*args, **kwargs)
            made[id(layer)].append(outputs)
            return outputs

        return call_and_keep

    with called(list({id(site.layer): site.layer for site in sites}.values()), kept):
        yield lambda: [made[id(site.layer)][site.call] for site in sites]
