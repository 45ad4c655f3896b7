"""Receptive fields along one axis, through stacks and branches."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from paribus.geometry._window import Window, padding


@dataclass(frozen=True, slots=True)
class Field:
    """What the units of a layer see along one axis of the model's input.

    Attributes:
        size: Inputs that one unit depends on, those in the padding included.
        jump: Inputs from one unit's field to the next one's; less than one where a layer stretches its input.
        start: The first input that the first unit depends on; negative in the padding.

    Source:
        Araujo, Norris and Sim (2019), Computing receptive fields of convolutional neural networks.
    """

    size: int = 1
    jump: Fraction = Fraction(1)
    start: Fraction = Fraction(0)

    def through(self, window: Window, n: int) -> "Field":
        """Return the field behind a window that slides over `n` units."""
        before, _ = padding(n, window)
        reach = (window.span - 1) * self.jump
        return Field(-(-(self.size + reach) // 1), self.jump * window.stride, self.start - before * self.jump)

    def stretched(self, window: Window) -> "Field":
        """Return the field behind a transposed window: every unit is spread over `span` outputs, `stride` apart.

        With `same`, half of what reaches beyond the outputs is cut off before the first.
        """
        cut = max(0, window.span - window.stride) // 2 if window.padding == "same" else 0
        first = -((window.span - 1 - cut) // window.stride)
        sources = -(-window.span // window.stride)
        size = -(-(self.size + (sources - 1) * self.jump) // 1)
        return Field(size, self.jump / window.stride, self.start + first * self.jump)


def joined(fields: Iterable[Field]) -> Field | None:
    """Return what a unit sees of branches that meet; None where they are not in step, so that every unit sees another size."""
    fields = tuple(fields)
    if len({field.jump for field in fields}) != 1:
        return None
    start = min(field.start for field in fields)
    end = max(field.start + field.size for field in fields)
    return Field(-(-(end - start) // 1), fields[0].jump, start)
