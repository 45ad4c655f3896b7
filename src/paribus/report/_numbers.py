"""Numbers as they are read: accuracies in percent and percentage points, p values without their zero."""

import math

from paribus.evidence import Interval

UNDEFINED = "undefined"


class Scale:
    """How differences in a metric are written.

    Args:
        metric: Its name: accuracies and consistencies are in percentage points, anything else in its own unit.

    Attributes:
        factor: From the metric to what is written.
        unit: Of differences.
        title: Of an axis of scores.
        difference_title: Of an axis of differences.
        label_expression: From a tick of a chart's axis to its label.
    """

    def __init__(self, metric: str) -> None:
        accuracy = metric.endswith(("accuracy", "consistency"))
        self.factor, self._digits = (100, 2) if accuracy else (1, 4)
        self.unit = " points" if accuracy else ""
        words = metric.replace("_", " ")
        self.title = f"{words}, %" if accuracy else words
        self.difference_title = f"difference in {words}, points" if accuracy else f"difference in {words}"
        self.label_expression = "format(100 * datum.value, '.4~r')" if accuracy else "datum.label"

    def expression(self, field: str, *, signed: bool = False) -> str:
        """Return the Vega expression that writes a field as a score, or as a difference with its unit."""
        number = f"format({self.factor} * datum.{field}, '{'+' if signed else ''}.{self._digits}f')"
        unit = self.unit if signed else " %" if self.unit else ""
        return f"isValid(datum.{field}) ? {number} + '{unit}' : '{UNDEFINED}'"

    def plain(self, value: float) -> str:
        """Return a margin with its unit: "0.5 points"."""
        written = f"{self.factor * value:.4g}"
        return written + (self.unit.removesuffix("s") if written == "1" else self.unit)

    def rough(self, value: float) -> str:
        """Return a size with its unit and two digits: "0.34 points"."""
        return f"{self.factor * value:.2g}{self.unit}" if math.isfinite(value) else "nothing"

    def signed(self, value: float) -> str:
        """Return a difference without its unit: "+3.47"."""
        if math.isnan(value):
            return UNDEFINED
        return f"{self.factor * value:+.{self._digits}f}" if math.isfinite(value) else "unbounded"

    def interval(self, interval: Interval) -> str:
        """Return "+2.83 to +4.11"."""
        if math.isnan(interval.low):
            return UNDEFINED
        if not math.isfinite(interval.low):
            return "unbounded"
        return f"{self.signed(interval.low)} to {self.signed(interval.high)}"


def p_value(p: float) -> str:
    """Return "p = .012", "p < .0001" or "p undefined"."""
    if math.isnan(p):
        return f"p {UNDEFINED}"
    if p < 0.0001:
        return "p < .0001"
    digits = 4 if p < 0.01 else 3
    return f"p = {p:.{digits}f}".replace("0.", ".", 1) if p < 0.9995 else "p = 1"
