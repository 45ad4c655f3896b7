"""How the receptive field grows through a stack of layers, as a picture."""

from collections.abc import Iterator, Sequence

from paribus.records import LayerRecord
from paribus.report.geometry._svg import document, line, rectangle, words

_ROW = 22.0
_LABELS, _ROOM, _NUMBERS, _MARGIN, _HEAD = 230.0, 420.0, 150.0, 24.0, 70.0


def stack_svg(
    layers: Sequence[LayerRecord], extents: Sequence[int], title: str, *, styled: bool = True
) -> str:
    """Return a picture of the field along the first axis: one bar per layer that has one, against the input's size.

    Args:
        layers: Of a model, in order.
        extents: Of its input, without batch and channels.
        title: Above the picture.
        styled: Whether it carries its style.
    """
    shown = [layer for layer in layers if _grows(layer)]
    extent = extents[0] if extents else 1
    most = max([extent, *(layer.receptive_field[0] for layer in shown)])
    height = _HEAD + _ROW * max(1, len(shown)) + 46
    body = [
        words(_MARGIN, 30, title, size=16),
        words(
            _MARGIN,
            52,
            f"receptive field of a unit in the middle, along the first axis of {extent}",
            kind="dim",
        ),
        *_edges(extent, most, height),
    ]
    for row, layer in enumerate(shown):
        body += _bar(layer, extent, most, _HEAD + _ROW * row)
    body.append(
        words(
            _MARGIN,
            height - 14,
            "Filled: within the input. Dashed: beyond it, over padding. Right: field, and inputs from one unit to the next.",
            size=11,
            kind="dim",
        )
    )
    return document(_MARGIN * 2 + _LABELS + _ROOM + _NUMBERS, height, title, body, styled=styled)


def _grows(layer: LayerRecord) -> bool:
    """Whether the layer changes what a unit sees."""
    return (
        bool(layer.receptive_field)
        and not layer.sees_all
        and (layer.receptive_field != layer.input_field or bool(layer.input_extents))
    )


def _edges(extent: int, most: int, height: float) -> Iterator[str]:
    middle, half = _MARGIN + _LABELS + _ROOM / 2, _ROOM / 2 * extent / most
    for x in (middle - half, middle + half):
        yield line(x, _HEAD - 6, x, height - 36, "edge")


def _bar(layer: LayerRecord, extent: int, most: int, y: float) -> Iterator[str]:
    middle, field = _MARGIN + _LABELS + _ROOM / 2, layer.receptive_field[0]
    whole, inside = (_ROOM * size / most for size in (field, min(field, extent)))
    yield words(_MARGIN + _LABELS - 10, y + 15, f"{layer.kind} {layer.name}"[:36], size=12, anchor="end")
    if field > extent:
        yield rectangle(middle - whole / 2, y + 4, whole, _ROW - 8, "beyond")
    yield rectangle(middle - inside / 2, y + 4, max(inside, 1.5), _ROW - 8, "bar")
    jump = f", {layer.jump[0]:g} apart" if layer.jump else ""
    yield words(_MARGIN + _LABELS + _ROOM + 12, y + 15, f"{field}{jump}", size=12)
