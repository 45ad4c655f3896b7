"""The geometry explorer's page, and the same as JSON."""

from dataclasses import replace
from typing import NamedTuple

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from paribus.app._pages import json_answer, page
from paribus.app.explorer import (
    KINDS,
    LIMITS,
    MOST_LAYERS,
    PADDINGS,
    Choice,
    LayerChoice,
    chain_of,
    chain_sentences,
    choice_of,
    command,
    grids,
    keras_code,
    layer_words,
    reads,
    step_rows,
)
from paribus.report.geometry import HATCH

_STEPS = ("kernel", "strides", "dilation")
_TITLES = {"kernel": "window", "strides": "stride", "dilation": "dilation"}


class Preset(NamedTuple):
    """An example to begin with."""

    title: str
    query: str


def _preset(title: str, size: int, *layers: LayerChoice) -> Preset:
    return Preset(title, Choice(input=(size, size), layers=layers).query())


_CONV = LayerChoice(padding="same")
_HALVING = LayerChoice(kind="pool", kernel=(2, 2), strides=(2, 2))
_PRESETS = (
    _preset(
        "2×2 at stride 2 over 7×7: a row and a column are lost", 7, LayerChoice(kernel=(2, 2), strides=(2, 2))
    ),
    _preset(
        "'same' with stride 2 over 8×8: the padding goes after",
        8,
        LayerChoice(strides=(2, 2), padding="same"),
    ),
    _preset("Dilation 2: nine places over five by five", 9, LayerChoice(dilation=(2, 2))),
    _preset("The article's max pooling model", 28, _CONV, _HALVING, _CONV),
    _preset("Up again: a transposed convolution", 5, LayerChoice(kind="transpose", strides=(2, 2))),
)


def geometry(request: Request) -> Response:
    """Show layers over an input, as the address says."""
    choice = _changed(choice_of(_query(request)), request.query_params.get("change", ""))
    chain = chain_of(choice)
    answer = page(
        request,
        "geometry.html",
        choice=choice,
        chain=chain,
        grids=grids(chain),
        reads=reads(chain),
        words=layer_words(chain),
        together=chain_sentences(chain),
        rows=step_rows(chain),
        code=keras_code(chain),
        commands=[command(layer) for layer in chain.layers],
        kinds=KINDS,
        limits=LIMITS,
        steps=_STEPS,
        titles=_TITLES,
        paddings=[_paddings(layer, choice.axes) for layer in choice.layers],
        more=len(choice.layers) < MOST_LAYERS,
        presets=_PRESETS,
        hatch=Markup(HATCH),  # noqa: S704 -- written here
    )
    answer.headers["HX-Replace-Url"] = f"{request.url.path}?{choice.query()}"
    return answer


def geometry_json(request: Request) -> Response:
    """Return the same as plain data."""
    choice = choice_of(_query(request))
    return json_answer({**chain_of(choice).as_json(), "notes": choice.notes})


def _query(request: Request) -> dict[str, list[str]]:
    return {name: request.query_params.getlist(name) for name in request.query_params}


def _changed(choice: Choice, change: str) -> Choice:
    """Return the choice with a layer more or less."""
    verb, _, place = change.partition("-")
    layers = choice.layers
    if verb == "add" and len(layers) < MOST_LAYERS:
        ones = (1,) * choice.axes
        return replace(
            choice, layers=(*layers, LayerChoice(kernel=(3,) * choice.axes, strides=ones, dilation=ones))
        )
    if verb == "remove" and place.isdecimal() and len(layers) > 1:
        left = tuple(layer for each, layer in enumerate(layers) if each != int(place))
        return replace(choice, layers=left)
    return choice


def _paddings(layer: LayerChoice, axes: int) -> tuple[str, ...]:
    """Return what a layer's padding may be, and what it is."""
    causal = layer.kind == "conv" and axes == 1
    return tuple(each for each in PADDINGS if each != "causal" or causal or layer.padding == each)
