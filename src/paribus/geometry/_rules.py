"""What Keras refuses, and why."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from paribus.errors import GeometryError
from paribus.geometry._window import Window

Setting: TypeAlias = tuple[int, ...]
"""One number per axis."""

_MOST_AXES = 3
_MOST_DEPTHWISE_AXES = 2
_EXCLUSIVE = ("conv", "transpose")
"""Layers that do not take strides and dilation together."""


def problems(kind: str, n: Setting, given: Mapping[str, Setting], *others: Sequence[str]) -> None:
    """Raise if sizes or settings cannot be, or anything else was found.

    Args:
        kind: Of the layer.
        n: Of the input.
        given: Settings by name.
        others: What else was found.

    Raises:
        GeometryError: Every reason is named.
    """
    found = [*_bad_axes(kind, n), *_bad_numbers(n, given)]
    if not found:  # what else was found supposes these
        found = [problem for each in others for problem in each]
    if found:
        raise GeometryError(found)


def window_problems(kind: str, given: Mapping[str, Setting], padding: str) -> list[str]:
    """Say what of a window Keras refuses."""
    allowed = (
        ("valid", "same", "causal") if kind == "conv" and len(given["kernel"]) == 1 else ("valid", "same")
    )
    found: list[str] = []
    if padding not in allowed:
        more = "; 'causal' is for Conv1D alone" if padding == "causal" else ""
        found.append(f"padding is '{padding}'; it must be {' or '.join(map(repr, allowed))}{more}.")
    if kind in _EXCLUSIVE and max(given["strides"], default=1) > 1 and max(given["dilation"], default=1) > 1:
        found.append(
            f"strides {_times(given['strides'])} and dilation {_times(given['dilation'])}: Keras takes one of the two above 1, even on "
            "different axes."
        )
    return found


def transposed_problems(given: Mapping[str, Setting], output_padding: Setting | None) -> list[str]:
    """Say what of a transposed convolution's output padding Keras refuses."""
    if output_padding is None:
        return []
    if len(output_padding) != len(given["strides"]):
        return [f"output_padding has {len(output_padding)} numbers for {len(given['strides'])} axes."]
    return [
        f"output_padding {extra} on axis {axis + 1}: it must be at least 0 and below the stride of {stride}."
        for axis, (extra, stride) in enumerate(zip(output_padding, given["strides"], strict=True))
        if not 0 <= extra < stride
    ]


def nothing_fits(n: Setting, windows: Sequence[Window]) -> list[str]:
    """Say on which axes no window fits."""
    return [
        f"no window fits on axis {axis + 1}: it spans {window.span} of {size} inputs; pad ('same'), or take a smaller one."
        for axis, (size, window) in enumerate(zip(n, windows, strict=True))
        if window.output_size(size) <= 0
    ]


def pad_problems(pairs: Sequence[tuple[int, int]]) -> list[str]:
    """Say which amounts before or after an axis cannot be."""
    return [
        f"{pair} on axis {axis + 1}: amounts must be at least 0."
        for axis, pair in enumerate(pairs)
        if min(pair) < 0
    ]


def crop_problems(n: Setting, pairs: Sequence[tuple[int, int]]) -> list[str]:
    """Say on which axes cropping leaves nothing."""
    return [
        f"cropping {pair} of {size} inputs on axis {axis + 1} leaves nothing."
        for axis, (size, pair) in enumerate(zip(n, pairs, strict=True))
        if sum(pair) >= size
    ]


def _bad_axes(kind: str, n: Setting) -> list[str]:
    most = _MOST_DEPTHWISE_AXES if kind in {"depthwise", "separable"} else _MOST_AXES
    if 1 <= len(n) <= most:
        return []
    return [f"the input has {len(n)} axes besides batch and channels; Keras has such layers for 1 to {most}."]


def _bad_numbers(n: Setting, given: Mapping[str, Setting]) -> list[str]:
    found = [
        f"the input is {size} along axis {axis + 1}; it must be at least 1."
        for axis, size in enumerate(n)
        if size < 1
    ]
    for name, numbers in given.items():
        if len(numbers) != len(n):
            found.append(f"{name} has {len(numbers)} numbers for {len(n)} axes; give one, or one for each.")
        elif min(numbers, default=1) < 1:
            found.append(f"{name} is {_times(numbers)}; it must be at least 1.")
    return found


def _times(numbers: Setting) -> str:
    return "×".join(map(str, numbers))
