"""A model, layer by layer: sizes, costs, and what a unit sees."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

from paribus.records import LayerRecord


class ModelRow(NamedTuple):
    """One layer."""

    layer: str
    output: str
    parameters: str
    macs: str
    field: str
    jump: str
    padding: str
    unread: str


def model_rows(layers: Sequence[LayerRecord]) -> tuple[ModelRow, ...]:
    """Return one row per call of a layer."""
    return tuple(map(_row, layers))


def model_warnings(layers: Sequence[LayerRecord], extents: Sequence[int]) -> tuple[str, ...]:
    """Say where places are lost, where branches are out of step, and what the receptive field does not cover or exceeds.

    Args:
        layers: Of the model.
        extents: Of its input, without batch and channels.
    """
    return (*_lost(layers), *_out_of_step(layers), *_excess(layers, extents), *_shortage(layers, extents))


def is_known(layers: Sequence[LayerRecord], extents: Sequence[int]) -> bool:
    """Whether what every unit sees is known, so that nothing found means that nothing is there."""
    return bool(extents) and all(layer.receptive_field or layer.sees_all for layer in layers)


def _lost(layers: Sequence[LayerRecord]) -> Iterator[str]:
    for layer in layers:
        if share := _unread_share(layer):
            total = prod(layer.input_extents)
            yield f"{_name(layer)} never reads {round(share * total):,} of {total:,} places of its input ({100 * share:.3g} %)."


def _out_of_step(layers: Sequence[LayerRecord]) -> Iterator[str]:
    for layer in layers:
        if layer.out_of_step:
            yield f"{_name(layer)} brings branches together that are out of step: {layer.out_of_step}. Behind it no one receptive field holds."


def _excess(layers: Sequence[LayerRecord], extents: Sequence[int]) -> Iterator[str]:
    for layer in layers:
        if _exceeds(layer.receptive_field, extents) and not _exceeds(layer.input_field, extents):
            yield (
                f"From {_name(layer)} on the receptive field ({_times(layer.receptive_field)}) is larger than the input ({_times(extents)}); layers "
                "with windows behind it see nothing new."
            )
            return


def _shortage(layers: Sequence[LayerRecord], extents: Sequence[int]) -> Iterator[str]:
    last = next((layer for layer in reversed(layers) if layer.receptive_field), None)
    if last is None or any(layer.sees_all for layer in layers):
        return
    known = len(last.receptive_field) == len(extents)
    if known and any(seen < n for seen, n in zip(last.receptive_field, extents, strict=True)):
        yield f"No unit ever sees all of the input: the receptive field ends at {_times(last.receptive_field)} of {_times(extents)}."


def _exceeds(field: Sequence[int], extents: Sequence[int]) -> bool:
    return len(field) == len(extents) > 0 and all(seen > n for seen, n in zip(field, extents, strict=True))


def _row(layer: LayerRecord) -> ModelRow:
    share = _unread_share(layer)
    return ModelRow(
        layer=_name(layer),
        output=" × ".join("?" if axis is None else str(axis) for axis in layer.output_shape) or "unknown",
        parameters=f"{layer.parameters:,}",
        macs="unknown" if layer.macs is None else f"{layer.macs:,}",
        field="all" if layer.sees_all else _times(layer.receptive_field) or "unknown",
        jump="" if layer.sees_all else _times([f"{jump:g}" for jump in layer.jump]),
        padding=", ".join(f"{before}+{after}" for before, after in layer.pads)
        if any(map(any, layer.pads))
        else "",
        unread=f"{100 * share:.3g} %" if share else "",
    )


def _unread_share(layer: LayerRecord) -> float:
    read = prod(n - len(axis) for n, axis in zip(layer.input_extents, layer.unread, strict=False))
    total = prod(layer.input_extents)
    return 1 - read / total if layer.unread and total else 0.0


def _name(layer: LayerRecord) -> str:
    return f"{layer.kind} '{layer.name}'"


def _times(numbers: Sequence[object]) -> str:
    return "×".join(map(str, numbers))
