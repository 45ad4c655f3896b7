"""A layer in sentences, one row per axis, and as plain data."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from paribus.geometry import AxisGeometry
from paribus.report.geometry._settings import LayerSettings, times

_WORDS = {1: ("place",), 2: ("row", "column"), 3: ("slice", "row", "column")}
_THINGS = {1: "places", 2: "pixels", 3: "voxels"}
_MOST_LISTED = 6


class AxisRow(NamedTuple):
    """One axis."""

    axis: str
    inputs: str
    padding: str
    span: str
    stride: str
    outputs: str
    unread: str
    read: str


def axis_rows(layer: LayerSettings) -> tuple[AxisRow, ...]:
    """Return one row per axis; places are counted from 1."""
    words = _WORDS[len(layer.sizes)]
    of_what = " (stretched)" if layer.kind == "transpose" else ""
    return tuple(
        AxisRow(
            axis=f"{word}s",
            inputs=str(axis.n),
            padding=f"{axis.before} before, {axis.after} after{of_what}",
            span=str(axis.step.span),
            stride=str(stride),
            outputs=str(axis.outputs),
            unread=_listed(axis.unread) or "none",
            read=_range(axis),
        )
        for word, axis, stride in zip(words, layer.geometry.axes, layer.strides, strict=True)
    )


def facts(layer: LayerSettings) -> tuple[str, ...]:
    """Say what the layer does to its input, and what one might not expect."""
    return (
        _summary(layer),
        *_unread(layer),
        *_padding(layer),
        *_border(layer),
        *_not_same(layer),
    )


def layer_json(layer: LayerSettings) -> dict[str, Any]:
    """Return everything as plain data; places are counted from 0."""
    geometry = layer.geometry
    return {
        "layer": layer.name,
        "input": layer.sizes,
        "window": layer.window,
        "strides": layer.strides,
        "padding": layer.padding,
        "dilation": layer.dilation,
        "output_padding": layer.output_padding,
        "output": geometry.output_shape,
        "unread": geometry.unread,
        "axes": [
            {
                "inputs": axis.n,
                "outputs": axis.outputs,
                "padding": (axis.before, axis.after),
                "span": axis.step.span,
                "unread": axis.unread,
                "reads": axis.reads.tolist(),
                "read_by": [axis.read_by(output) for output in range(axis.outputs)],
                "padding_shares": axis.padding_shares.tolist(),
            }
            for axis in geometry.axes
        ],
        "facts": facts(layer),
    }


def _summary(layer: LayerSettings) -> str:
    dilation = f", dilation {times(layer.dilation)}" if max(layer.dilation) > 1 else ""
    extra = "" if layer.output_padding is None else f", output padding {times(layer.output_padding)}"
    return (
        f"{layer.name} {times(layer.window)}, stride {times(layer.strides)}{dilation}, {layer.padding}{extra}: {times(layer.sizes)} becomes "
        f"{times(layer.geometry.output_shape)}."
    )


def _unread(layer: LayerSettings) -> Iterator[str]:
    geometry, axes = layer.geometry, len(layer.sizes)
    total = math.prod(layer.sizes)
    if not geometry.unread:
        yield f"Every {_THINGS[axes][:-1]} is read."
        return
    where = " and ".join(
        f"{word}{'s' if len(axis.unread) > 1 else ''} {_listed(axis.unread)}"
        for word, axis in zip(_WORDS[axes], geometry.axes, strict=True)
        if axis.unread
    )
    several = sum(len(axis.unread) for axis in geometry.axes) > 1
    yield (
        f"{where[:1].upper()}{where[1:]} {'are' if several else 'is'} never read: {geometry.unread:,} of {total:,} {_THINGS[axes]} "
        f"({100 * geometry.unread / total:.3g} %)."
    )


def _padding(layer: LayerSettings) -> Iterator[str]:
    if layer.kind == "transpose" or layer.padding == "valid":
        return
    words = _WORDS[len(layer.sizes)]
    added = [
        f"{axis.before} {word}{'s' if axis.before != 1 else ''} before and {axis.after} after"
        for word, axis in zip(words, layer.geometry.axes, strict=True)
        if axis.before or axis.after
    ]
    what = (
        "nothing that counts (-infinity for max, left out of the mean for average)"
        if layer.kind == "pool"
        else "zeros"
    )
    if added:
        yield (
            f"'{layer.padding}' adds {'; '.join(added)}: {what}; an odd one goes after."
            if layer.padding == "same"
            else f"'causal' adds {added[0]}: {what}."
        )
    else:
        yield f"'{layer.padding}' adds nothing here."


def _border(layer: LayerSettings) -> Iterator[str]:
    inside = [1 - axis.padding_shares for axis in layer.geometry.axes]
    worst, mean = (
        1 - math.prod(float(axis.min()) for axis in inside),
        1 - math.prod(float(axis.mean()) for axis in inside),
    )
    if layer.kind != "transpose" and worst > 0:
        yield f"Of what a window reads, up to {100 * worst:.3g} % is padding, at the border; {100 * mean:.3g} % over all windows."


def _not_same(layer: LayerSettings) -> Iterator[str]:
    if layer.padding == "same" and layer.kind != "transpose" and max(layer.strides) > 1:
        rounded = (
            f"ceil({axis.n}/{stride}) = {axis.outputs}"
            for axis, stride in zip(layer.geometry.axes, layer.strides, strict=True)
        )
        sums = ", ".join(dict.fromkeys(rounded))
        yield f"'same' keeps the size only at stride 1: the output is the input over the stride, rounded up ({sums})."
    skipping = [
        stride
        for axis, stride in zip(layer.geometry.axes, layer.strides, strict=True)
        if layer.kind != "transpose" and stride > axis.step.span
    ]
    if skipping:
        yield "The stride is larger than the window: what lies between windows is skipped, with 'same', too."


def _range(axis: AxisGeometry) -> str:
    low, high = int(axis.reads.min()), int(axis.reads.max())
    return str(low) if low == high else f"{low} to {high}"


def _listed(places: Sequence[int]) -> str:
    """Return places counted from 1; only the first of many."""
    shown = ", ".join(str(place + 1) for place in places[:_MOST_LISTED])
    return f"{shown}, ... ({len(places)} in all)" if len(places) > _MOST_LISTED else shown
