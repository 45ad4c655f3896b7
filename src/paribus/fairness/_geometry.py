"""Pitfalls in what the arms see of their input, read from the records of their layers."""

from collections.abc import Iterator, Sequence
from math import prod

from paribus.fairness._words import counted
from paribus.records import ArmRecord, Finding, LayerRecord, Severity

_MUCH_UNREAD = 0.05
_LITTLE_PADDING, _MOSTLY_PADDING = 0.05, 0.5
_AVERAGES_WRONGLY = ("torch",)
"""Backends whose `same` average pooling counts padding where its total is odd, in Keras up to 3.15.1 (PR 23233)."""


def geometry_findings(
    arm: ArmRecord, extents: Sequence[int], object_size: Sequence[int], engine: str
) -> Iterator[Finding]:
    """Yield what is wrong with the arm's reach.

    Args:
        arm: Its layers.
        extents: Of an example along each axis but the channels.
        object_size: Of what is to be seen in it.
        engine: What trains, by name.
    """
    yield from _unread(arm)
    yield from _weak_border(arm)
    yield from _narrow_field(arm, object_size)
    yield from _excessive_field(arm, extents)
    if engine.startswith(_AVERAGES_WRONGLY):
        yield from _average_padding(arm, engine)


def _unread(arm: ArmRecord) -> Iterator[Finding]:
    for layer in arm.layers:
        read = prod(n - len(axis) for n, axis in zip(layer.input_extents, layer.unread, strict=False))
        total = prod(layer.input_extents)
        if not layer.unread or read == total:
            continue
        share = 1 - read / total
        yield Finding(
            kind="unread_input",
            severity=Severity.CAUTION if share >= _MUCH_UNREAD else Severity.NOTE,
            about=arm.name,
            evidence=f"{_layer(layer)} never reads {_places(layer)} of its {_times(layer.input_extents)} input: {total - read} of "
            f"{total} places ({100 * share:.3g} %).",
            remedy="pad, or choose sizes and strides that fit; otherwise concede it.",
        )


def _places(layer: LayerRecord) -> str:
    words = ("row", "column", "slice") if len(layer.unread) > 1 else ("place",)
    return " and ".join(
        f"{word}{'s' if len(axis) > 1 else ''} {_listed(axis)}"
        for word, axis in zip(words, layer.unread, strict=False)
        if axis
    )


def _listed(places: Sequence[int]) -> str:
    """Return places counted from 1; only the first of many."""
    shown = ", ".join(str(place + 1) for place in places[:4])
    return f"{shown}, ... ({len(places)} in all)" if len(places) > 4 else shown


def _weak_border(arm: ArmRecord) -> Iterator[Finding]:
    padded = [layer for layer in arm.layers if "Pooling" not in layer.kind]  # which leaves the padding out
    worst = max(padded, key=lambda layer: layer.padding_share, default=None)
    if worst is None or worst.padding_share < _LITTLE_PADDING:
        return
    yield Finding(
        kind="weak_border",
        severity=Severity.CAUTION if worst.padding_share > _MOSTLY_PADDING else Severity.NOTE,
        about=arm.name,
        evidence=f"{100 * worst.padding_share:.3g} % of all that the windows of {_layer(worst)} read are zeros of its padding, at the "
        f"borders of its {_times(worst.input_extents)} input.",
        remedy="none is needed where the object lies in the middle; otherwise pad less, or compare arms that pad alike.",
    )


def _narrow_field(arm: ArmRecord, object_size: Sequence[int]) -> Iterator[Finding]:
    measures = arm.measures
    if measures is None or not measures.receptive_field or not measures.gathered_by.startswith("Global"):
        return
    field = measures.receptive_field
    if len(field) == len(object_size) and any(
        seen < size for seen, size in zip(field, object_size, strict=True)
    ):
        yield Finding(
            kind="narrow_field",
            severity=Severity.CAUTION,
            about=arm.name,
            evidence=f"features see {_times(field)} before {measures.gathered_by} takes their places away; what is to be seen is "
            f"{_times(object_size)} in the median.",
            remedy="add layers, strides, pooling or dilation, or keep places with Flatten, for all arms alike.",
        )


def _excessive_field(arm: ArmRecord, extents: Sequence[int]) -> Iterator[Finding]:
    """Name the layers whose input sees everything already.

    Source:
        Richter, Byttner, Krumnack, Schallner and Shenk (2021), Size matters; they call them unproductive.
    """
    idle = [
        layer
        for layer in arm.layers
        if layer.receptive_field != layer.input_field and _covers(layer.input_field, extents)
    ]
    if idle:
        yield Finding(
            kind="excessive_field",
            severity=Severity.CAUTION,
            about=arm.name,
            evidence=f"{counted(len(idle), 'layer')} from {_layer(idle[0])} on, whose units see all of the {_times(extents)} input before: "
            f"the field grows to {_times(idle[-1].receptive_field)}, over padding.",
            remedy="take them out, or stride or pool less before them.",
        )


def _covers(field: Sequence[int], extents: Sequence[int]) -> bool:
    return len(field) == len(extents) > 0 and all(seen >= n for seen, n in zip(field, extents, strict=True))


def _average_padding(arm: ArmRecord, engine: str) -> Iterator[Finding]:
    for layer in arm.layers:
        if layer.kind.startswith("AveragePooling") and any(before != after for before, after in layer.pads):
            yield Finding(
                kind="average_padding",
                severity=Severity.UNFAIR,
                about=arm.name,
                evidence=f"{_layer(layer)} pads {_times(layer.input_extents)} by an odd number of zeros, which Keras counts into the "
                f"average on {engine.partition(' ')[0]} (keras PR 23233): [10, 20] with a window of 3 and stride 2 gives 16.67, not 15.",
                remedy="train on JAX (KERAS_BACKEND=jax), or choose a size that needs no odd padding.",
            )


def _layer(layer: LayerRecord) -> str:
    return f"{layer.kind} '{layer.name}'"


def _times(sizes: Sequence[int]) -> str:
    return "×".join(map(str, sizes))
