"""What a chain of layers does, in words, numbers and code."""

import math
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from paribus.app.explorer._chain import Chain
from paribus.geometry import Field
from paribus.report.geometry import LayerSettings, facts, keras_line, times

_THINGS = {1: "places", 2: "pixels"}


class StepRow(NamedTuple):
    """One layer of the chain."""

    layer: str
    output: str
    field: str
    jump: str
    padding: str
    unread: str


class LayerWords(NamedTuple):
    """A layer's name, what it does, and what one might not expect."""

    title: str
    facts: tuple[str, ...]


def step_rows(chain: Chain) -> tuple[StepRow, ...]:
    """Return one row per layer."""
    return tuple(
        _row(place, layer, fields)
        for place, (layer, fields) in enumerate(zip(chain.layers, chain.fields(), strict=True))
    )


def layer_words(chain: Chain) -> tuple[LayerWords, ...]:
    """Return what every layer does, as `paribus geometry` says it."""
    return tuple(LayerWords(told[0], told[1:]) for told in map(facts, chain.layers))


def chain_sentences(chain: Chain) -> tuple[str, ...]:
    """Say what several layers do together; nothing of one."""
    if len(chain.layers) < 2:
        return ()
    fields, things = chain.fields()[-1], _THINGS[len(chain.input)]
    seen = times(tuple(field.size for field in fields))
    jump = _jump(fields)
    apart = f", and the next unit's begins {jump} further" if jump else ""
    total, lost = math.prod(chain.input), chain.lost()
    reach = (
        f"{lost:,} of {total:,} {things} of the input reach no unit behind the last layer ({100 * lost / total:.3g} %)."
        if lost
        else f"Every {things[:-1]} of the input reaches the last layer."
    )
    return (f"A unit behind the last layer sees up to {seen} of {times(chain.input)} {things}{apart}.", reach)


def keras_code(chain: Chain) -> str:
    """Return the layers as Keras code that runs."""
    shape = ", ".join([*map(str, chain.input), "channels"])
    names = ["channels = 1"]
    if any(layer.kind != "pool" for layer in chain.layers):
        names.append("filters = 32")
    return "\n".join(
        [
            "import keras",
            "",
            *names,
            "",
            "model = keras.Sequential(",
            "    [",
            f"        keras.Input(({shape})),",
            *(f"        {keras_line(layer)}," for layer in chain.layers),
            "    ]",
            ")",
        ]
    )


def command(layer: LayerSettings) -> str:
    """Return the command line that says the same of a layer."""
    window = "--window" if layer.kind == "pool" else "--kernel"
    words = [
        "paribus",
        "geometry",
        layer.kind,
        "--input",
        *map(str, layer.sizes),
        window,
        *map(str, layer.window),
    ]
    words += ["--strides", *map(str, layer.strides), "--padding", layer.padding]
    if max(layer.dilation) > 1:
        words += ["--dilation", *map(str, layer.dilation)]
    return shlex.join(words)


def _row(place: int, layer: LayerSettings, fields: Sequence[Field]) -> StepRow:
    geometry = layer.geometry
    pads = [(axis.before, axis.after) for axis in geometry.axes]
    return StepRow(
        layer=f"{place + 1}. {layer.name} {times(layer.window)}",
        output=times(geometry.output_shape),
        field=times(tuple(field.size for field in fields)),
        jump=_jump(fields),
        padding=", ".join(f"{before}+{after}" for before, after in pads) if any(map(any, pads)) else "none",
        unread=f"{geometry.unread:,} of {math.prod(layer.sizes):,}" if geometry.unread else "none",
    )


def _jump(fields: Sequence[Field]) -> str:
    jumps = [f"{float(field.jump):g}" for field in fields]
    return "×".join(jumps)
