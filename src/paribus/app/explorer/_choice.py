"""What is asked of the explorer, as an address holds it: sizes of an input, and layers over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import urlencode

from paribus.geometry import Padding

Word = TypeVar("Word", bound=str)
Kind = Literal["conv", "pool", "transpose"]
KINDS: dict[Kind, str] = {
    "conv": "Convolution",
    "pool": "Pooling (max or average)",
    "transpose": "Transposed convolution",
}
PADDINGS: tuple[Padding, ...] = ("valid", "same", "causal")


class Limits(NamedTuple):
    """The least and the most that a control offers."""

    least: int
    most: int


LIMITS = {
    "input": Limits(1, 64),
    "kernel": Limits(1, 11),
    "strides": Limits(1, 8),
    "dilation": Limits(1, 5),
}
MOST_LAYERS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerChoice:
    """A layer's settings, each once per axis."""

    kind: Kind = "conv"
    kernel: tuple[int, ...] = (3, 3)
    strides: tuple[int, ...] = (1, 1)
    padding: Padding = "valid"
    dilation: tuple[int, ...] = (1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """An input and the layers over it.

    Attributes:
        input: Sizes along one axis or two.
        layers: In order; at least one.
        square: Whether one control sets both axes.
        notes: What of the address could not be taken as it was.
    """

    input: tuple[int, ...] = (7, 7)
    layers: tuple[LayerChoice, ...] = (LayerChoice(),)
    square: bool = True
    notes: tuple[str, ...] = ()

    @property
    def axes(self) -> int:
        """One or two."""
        return len(self.input)

    def query(self) -> str:
        """Return the address' query that holds this choice."""
        pairs: list[tuple[str, str | int]] = [("axes", self.axes)]
        pairs += [("square", "on")] if self.square and self.axes == 2 else []
        pairs += [("input", size) for size in self._shown(self.input)]
        pairs.append(("layers", len(self.layers)))
        for place, layer in enumerate(self.layers):
            pairs.append((f"kind{place}", layer.kind))
            pairs += [(f"kernel{place}", size) for size in self._shown(layer.kernel)]
            pairs += [(f"strides{place}", size) for size in self._shown(layer.strides)]
            pairs.append((f"padding{place}", layer.padding))
            pairs += [(f"dilation{place}", size) for size in self._shown(layer.dilation)]
        return urlencode(pairs)

    def _shown(self, sizes: Sequence[int]) -> Sequence[int]:
        return sizes[:1] if self.square else sizes


def choice_of(query: Mapping[str, Sequence[str]]) -> Choice:
    """Return what an address asks for; what makes no sense is taken as near as possible, and noted.

    Args:
        query: Values by name; several of one name are several axes.
    """
    reader = _Reader(query)
    axes = reader.number("axes", 2, Limits(1, 2))
    square = axes == 1 or "square" in query or "input" not in query
    start = Choice()
    sizes = reader.sizes("input", start.input[:axes], LIMITS["input"], square=square)
    count = reader.number("layers", 1, Limits(1, MOST_LAYERS))
    layers = tuple(_layer(reader, place, axes, square=square) for place in range(count))
    return Choice(input=sizes, layers=layers, square=square, notes=tuple(reader.notes))


def _layer(reader: "_Reader", place: int, axes: int, *, square: bool) -> LayerChoice:
    start = LayerChoice()
    given = {
        name: reader.sizes(f"{name}{place}", default[:axes], LIMITS[name], square=square)
        for name, default in (
            ("kernel", start.kernel),
            ("strides", start.strides),
            ("dilation", start.dilation),
        )
    }
    return LayerChoice(
        kind=reader.one_of(f"kind{place}", tuple(KINDS), start.kind),
        padding=reader.one_of(f"padding{place}", PADDINGS, start.padding),
        kernel=given["kernel"],
        strides=given["strides"],
        dilation=given["dilation"],
    )


class _Reader:
    """Reads settings, and keeps what could not be read."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self._query = query
        self.notes: list[str] = []

    def number(self, name: str, default: int, limits: Limits) -> int:
        """Return a number within limits."""
        return self._number(name, self._last(name), default, limits)

    def sizes(self, name: str, default: tuple[int, ...], limits: Limits, *, square: bool) -> tuple[int, ...]:
        """Return one number per axis; the first for all where axes are set together."""
        given = self._query.get(name, ())
        made = [
            self._number(name, word, start, limits)
            for word, start in zip(given or [""], default, strict=False)
        ]
        first = made[:1] if square else made
        return tuple((first + first[-1:] * len(default))[: len(default)])

    def one_of(self, name: str, words: Sequence[Word], default: Word) -> Word:
        """Return one of the words."""
        given = self._last(name)
        for word in words:
            if given == word:
                return word
        if given:
            self.notes.append(
                f"{name} is one of {', '.join(words)}, not '{given[:40]}'; shown with {default}."
            )
        return default

    def _last(self, name: str) -> str:
        return next(reversed(self._query.get(name, ())), "")

    def _number(self, name: str, word: str, default: int, limits: Limits) -> int:
        if not word:
            return default
        try:
            number = int(word[:12])
        except ValueError:
            self.notes.append(f"{name} is a number, not '{word[:40]}'; shown with {default}.")
            return default
        kept = min(max(number, limits.least), limits.most)
        if kept != number:
            self.notes.append(
                f"{name} is {limits.least} to {limits.most} here, not {number}; shown with {kept}."
            )
        return kept
