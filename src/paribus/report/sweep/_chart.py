"""A sweep's curves for a page: bands, every seed on demand, verdicts under every value."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from paribus.report._numbers import Scale
from paribus.report.figures import Panel
from paribus.report.figures._screen import colored, finished, shaped, told, values
from paribus.report.sweep._panel import SweepWord, contrast_title

if TYPE_CHECKING:
    import altair as alt

_HEIGHT, _LINE, _WORDS = 320, 14, 52
"""Pixels: of the plot, from one line of verdicts to the next, from the plot to the first."""
_BAND_OPACITY = 0.15
_COLORS = {"better": "#35a163", "worse": "#e0524a", "equivalent": "#2a9aa9", "undecided": "#c08a1e"}


def sweep_chart(panel: Panel) -> "alt.TopLevelMixin":
    """Return a curve per arm with its band; arms by a click on the legend."""
    import altair as alt

    scale = Scale(panel.settings["metric"])
    chosen = alt.selection_point(fields=["arm"], bind="legend", name="arms")
    every = alt.param(name="every_seed", value=False, bind=alt.binding_checkbox(name="every seed "))
    shown, x, color = alt.when(chosen), _control(panel), colored("arm", panel.arms, panel.arms)
    axis, fit = alt.Axis(labelExpr=scale.label_expression, title=scale.title), alt.Scale(zero=False)
    written, tips = told(scale, {"mean": "mean", "low": "mean − sd", "high": "mean + sd"})
    base = alt.Chart(values(panel.rows)).transform_calculate(**written).encode(x=x, color=color)
    band = base.mark_area(strokeWidth=0).encode(
        y=alt.Y("low:Q", scale=fit, axis=axis),
        y2="high:Q",
        opacity=shown.then(alt.value(_BAND_OPACITY)).otherwise(alt.value(0.02)),
    )
    faded = shown.then(alt.value(1)).otherwise(alt.value(0.12))
    mean = alt.Y("mean:Q", scale=fit, axis=axis)
    line = base.mark_line(strokeWidth=2).encode(y=mean, opacity=faded)
    tips = [alt.Tooltip("arm:N"), alt.Tooltip("value:N", title=panel.settings["title"]), *tips]
    point = base.mark_point(filled=True, size=55).encode(
        y=mean,
        shape=shaped("arm", panel.arms, panel.arms),
        opacity=faded,
        tooltip=[*tips, alt.Tooltip("n:Q", title="seeds")],
    )
    layers = [band, _each_seed(panel, x, color, every), line, point, *_words(panel, x)]
    described = f"{scale.title} against {panel.settings['title']}: {', '.join(panel.arms)}."
    return finished(*layers, height=_HEIGHT, description=described, params=(chosen, every))


def _control(panel: Panel) -> "alt.X":
    import altair as alt

    ticks = panel.settings["ticks"]
    kind: dict[str, Any] = {"type": "log"} if panel.settings["logarithmic"] else {}
    least, most = min(ticks), max(ticks)
    room = (most / least) ** 0.05 if kind else 0.3
    domain = [least / room, most * room] if kind else [least - room, most + room]
    return alt.X(
        "at:Q",
        scale=alt.Scale(**kind, domain=domain, nice=False),
        axis=alt.Axis(
            values=list(ticks),
            labelExpr=_labels(ticks),
            title=panel.settings["title"],
            grid=False,
        ),
    )


def _labels(ticks: dict[float, str]) -> str:
    """Return the Vega expression from a tick to its label: how numbers are formatted differs between languages."""
    *others, (_, last) = ticks.items()
    ends = [(one + other) / 2 for one, other in pairwise(ticks)]
    conditions = [
        f"datum.value < {end!r} ? {json.dumps(label)} : "
        for end, (_, label) in zip(ends, others, strict=True)
    ]
    return "".join(conditions) + json.dumps(last)


def _each_seed(panel: Panel, x: "alt.X", color: "alt.Color", every: "alt.Parameter") -> "alt.Chart":
    import altair as alt

    return (
        alt.Chart(values(panel.settings["seeds"]))
        .mark_line(strokeWidth=1)
        .encode(
            x=x,
            y=alt.Y("score:Q", scale=alt.Scale(zero=False)),
            detail="seed:N",
            color=color,
            opacity=alt.when(every).then(alt.value(0.45)).otherwise(alt.value(0)),
        )
    )


def _words(panel: Panel, x: "alt.X") -> "list[alt.Chart]":
    """Return every contrast's name, and under it its word at every value, below the axis."""
    import altair as alt

    layers: list[alt.Chart] = []
    words = panel.settings["words"]
    for contrast in dict.fromkeys(word.contrast for word in words):
        own = [word for word in words if word.contrast == contrast]
        top = _HEIGHT + _WORDS + _LINE * own[0].line
        title = contrast_title(own)
        name = alt.Chart(alt.InlineData(values=[{"contrast": title}])).mark_text(
            align="left", fontSize=11, opacity=0.7, color="currentColor"
        )
        layers.append(name.encode(x=alt.value(0), y=alt.value(top), text="contrast:N"))
        for (word, lane), color in _shades(own):
            some = [each for each in own if (each.word, each.lane) == (word, lane)]
            text = alt.Chart(values(some)).mark_text(fontSize=11, fontWeight="bold", color=color)
            layers.append(text.encode(x=x, y=alt.value(top + _LINE * lane), text="told:N"))
    return layers


def _shades(words: Sequence[SweepWord]) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield every word with every lane in which it stands, and its color."""
    for word, lane in sorted({(each.word, each.lane) for each in words}):
        yield (word, lane), _COLORS[word]
