"""What probes have measured, as rows of text."""

import math

from paribus.analyse import Analysis, Summary
from paribus.records import ProbeRecord
from paribus.report._numbers import UNDEFINED

_UNITS = {"share": "%", "probability": ""}
"""What is written for a unit; any other is written as it is."""


def probe_header(analysis: Analysis) -> tuple[str, ...]:
    """Return the titles of the columns: the metric with its unit, and every arm."""
    return ("metric", *(arm.arm for arm in analysis.arms))


def probe_rows(analysis: Analysis) -> tuple[tuple[str, ...], ...]:
    """Return one row per metric of the study's probes: mean ± standard deviation over seeds by arm; shares in percent."""
    return tuple(
        (
            ", ".join(filter(None, (metric.replace("_", " "), _UNITS.get(probe.unit, probe.unit)))),
            *(_told(arm.summaries[metric], probe) for arm in analysis.arms),
        )
        for probe in analysis.study.probes
        for metric in probe.metrics
    )


def _told(summary: Summary, probe: ProbeRecord) -> str:
    if math.isnan(summary.mean):
        return UNDEFINED
    if probe.unit == "share":
        mean, spread = f"{100 * summary.mean:.2f}", f"{100 * summary.spread:.2f}"
    else:
        mean, spread = f"{summary.mean:.4g}", f"{summary.spread:.2g}"
    return mean if math.isnan(summary.spread) else f"{mean} ± {spread}"
