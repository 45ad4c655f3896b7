"""What a benchmark says, as one Markdown text for readers and as JSON with every single time."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from race import Settings, Timing

SHORT_RUN_EPOCHS = 10
_NAN = float("nan")
_HEAD = (
    "",
    "median, s",
    "min, s",
    "max, s",
    "first epoch, s",
    f"first {SHORT_RUN_EPOCHS} epochs, s",
    "÷ paribus inline",
    "÷ faster paribus",
)
_LEGEND = f"""\
Seconds per epoch. *Median*, *min* and *max* are over the timed epochs; the *first epoch* comes before them, with building and
compiling, from empty caches. *First {SHORT_RUN_EPOCHS} epochs* is the first epoch and {SHORT_RUN_EPOCHS - 1} medians: a short run, without the start of Python.
Worker processes train the arm side by side; what is given is the time until all have ended, divided by how many they are.
*÷ paribus inline* and *÷ faster paribus* divide the median by that of paribus inline, and of the faster of inline and worker
processes: above 1, paribus is faster. The *GEMM limit* is what an epoch's products and convolutions take at the fastest
matrix product measured here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Benchmark:
    """All that was measured.

    Args:
        settings: How.
        limits: The machine, GFLOP/s of its matrix products and FLOPs of an epoch by arm.
        arms: The timings of each arm.
    """

    settings: Settings
    limits: dict[str, Any]
    arms: dict[str, list[Timing]]

    def json(self) -> str:
        """Return everything, with null for what is undefined."""
        return json.dumps(_without_nan(asdict(self)), indent=2, ensure_ascii=False, allow_nan=False)

    def markdown(self) -> str:
        """Return the machine's facts and a table per arm."""
        tables = [self.table(arm) for arm in self.arms]
        return "\n\n".join([self.facts(), *tables, _LEGEND]) + "\n"

    def facts(self) -> str:
        """Return the machine, the software, and what was trained."""
        machine, gemm = self.limits["machine"], self.limits["gemm_gflops"]
        products = ", ".join(f"{library} {gflops:.0f} GFLOP/s" for library, gflops in gemm.items())
        lines = [
            f"Machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_bytes'] / 2**30:.0f} GiB, {machine['platform']}",
            f"Load average of the minute before: {machine['load_before']:.2f}",
            f"float32 products of 2048 × 2048 matrices: {products}",
            f"Per epoch: {self.settings.images:,} images; timed epochs per contestant and arm: {self.settings.repeats}",
            *(f"{title}: {_listed(versions)}" for title, versions in self._versions().items()),
        ]
        return "\n".join(f"- {line}" for line in lines)

    def table(self, arm: str) -> str:
        """Return the arm's contestants with their ratios, beside the GEMM limit."""
        timings = self.arms[arm]
        flops = self.limits["epoch_flops"][arm]
        limit = flops / max(self.limits["gemm_gflops"].values()) / 1e9
        inline, faster = _medians_of_paribus(timings)
        rows = [_HEAD]
        rows += [_row(timing, inline, faster) for timing in timings]
        rows += [
            ("GEMM limit", _seconds(limit), "", "", "", "", _ratio(limit, inline), _ratio(limit, faster))
        ]
        head = f"### {arm}: {flops / 1e9:,.0f} GFLOP per epoch"
        return "\n\n".join([head, aligned(rows), _idleness(timings)])

    def _versions(self) -> dict[str, dict[str, str]]:
        """Return versions by contestant; they are the same for every arm."""
        return {
            timing.title: timing.versions
            for timings in self.arms.values()
            for timing in timings
            if timing.versions
        }


def median(timing: Timing) -> float:
    """Return the median of the timed epochs; NaN if there is none."""
    return statistics.median(timing.epoch_seconds) if timing.epoch_seconds else _NAN


def _medians_of_paribus(timings: Sequence[Timing]) -> tuple[float, float]:
    """Return the median of paribus inline, and of the faster of inline and worker processes."""
    by_key = {timing.key: median(timing) for timing in timings}
    found = [by_key[key] for key in ("inline", "processes") if not math.isnan(by_key.get(key, _NAN))]
    return by_key.get("inline", _NAN), min(found, default=_NAN)


def _row(timing: Timing, inline: float, faster: float) -> tuple[str, ...]:
    if timing.problem:
        return (timing.title, timing.problem.replace("|", "/"), *[""] * (len(_HEAD) - 2))
    middle, times = median(timing), timing.epoch_seconds
    return (
        timing.title,
        _seconds(middle),
        _seconds(min(times)),
        _seconds(max(times)),
        _seconds(timing.first_seconds),
        _seconds(timing.first_seconds + (SHORT_RUN_EPOCHS - 1) * middle),
        _ratio(middle, inline),
        _ratio(middle, faster),
    )


def _idleness(timings: Sequence[Timing]) -> str:
    idle = sum(timing.idle_cpu_seconds for timing in timings)
    trained = sum(sum(timing.epoch_seconds) for timing in timings)
    return f"Idle contestants together used {idle:.2f} s of processor time while the others trained for {trained:.1f} s."


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table that a terminal shows well, too."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"| {row[0]:<{widths[0]}} | "
        + " | ".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        + " |"
        for row in rows
    ]
    rule = f"|{'-' * (widths[0] + 2)}|" + "|".join("-" * (width + 1) + ":" for width in widths[1:]) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _ratio(value: float, base: float) -> str:
    return "" if math.isnan(value / base) else f"{value / base:.2f}"


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_without_nan(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return None if isinstance(value, float) and math.isnan(value) else value
