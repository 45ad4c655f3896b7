"""Values of a control as they are read: numbers with as many digits as they deserve, and sets of them."""

import math
from collections.abc import Sequence

from paribus.evidence import Span
from paribus.report._numbers import Scale
from paribus.study import Value, told

ANYWHERE = "any value"
_DIGITS = 3


def place(value: float, *, whole: bool) -> str:
    """Return a value between those that were tried: 1,410 or 0.0123; three digits, because it was interpolated.

    Args:
        value: It.
        whole: Whether the control takes whole numbers.
    """
    rounded = float(f"{value:.{_DIGITS}g}")
    return f"{rounded:,.0f}" if whole or rounded >= 10 ** (_DIGITS - 1) else f"{rounded:g}"


def is_whole(values: Sequence[Value]) -> bool:
    """Whether a control takes whole numbers."""
    return all(isinstance(value, int) for value in values)


def score_told(scale: Scale, value: float) -> str:
    """Return a score without its unit: accuracies in per cent."""
    return f"{scale.factor * value:.{2 if scale.unit else 4}f}"


def spans_told(spans: Sequence[Span], *, whole: bool) -> str:
    """Return a set of values in words: "1,200 to 1,700", "more than 60,000", "fewer than 300, or 900 to 1,100"."""
    if not spans:
        return "no value"
    return ", or ".join(_span(span, whole=whole) for span in spans)


def _span(span: Span, *, whole: bool) -> str:
    low, high = span
    if not (math.isfinite(low) or math.isfinite(high)):
        return ANYWHERE
    first, last = (place(end, whole=whole) if math.isfinite(end) else "" for end in span)
    if not first:
        return f"{'fewer' if whole else 'less'} than {last}"
    if not last:
        return f"more than {first}"
    return first if first == last else f"{first} to {last}"


def values_told(values: Sequence[Value], everything: Sequence[Value]) -> str:
    """Return "at all values", or "at 250, 500"."""
    if len(values) == len(everything):
        return "at all values"
    return f"at {', '.join(map(told, values))}"
