"""What the comparison with peers says: a Markdown table and a figure."""

import math
from collections.abc import Sequence
from pathlib import Path

from race import Timing
from results import Benchmark, aligned, median

EPOCHS = 10
PARIBUS = "processes"
_LONGEST_BAR = 10
"""Longer ones are cut off; their numbers are beside them."""
_LEGEND = """\
Seconds of ten epochs of 7,000 images, each with validation on 3,000: ten times the median epoch, without compiling. *Study* is the sum over
the arms, *÷ paribus* that sum by paribus' with kernels in worker processes. In brackets, the share of the *GEMM limit*: what the arm's products
and convolutions take at the fastest matrix product measured here. Winograd's convolutions multiply 2.25 times less than is counted, so that
a share may exceed 100 %. *Compiling* is what first epochs took beyond the median, over all arms. *Accuracy* is that in
validation after the tenth epoch, by arm, in percent."""


def markdown(benchmark: Benchmark) -> str:
    """Return the facts, the table and its legend."""
    arms = list(benchmark.arms)
    head = ("", *arms, "study", "÷ paribus", "compiling", "accuracy")
    rows = [head, *(_row(benchmark, key) for key in _keys(benchmark))]
    limit = [EPOCHS * _limit(benchmark, arm) for arm in arms]
    rows.append(
        ("GEMM limit", *map(_seconds, limit), _seconds(sum(limit)), _ratio(benchmark, sum(limit)), "", "")
    )
    return "\n\n".join([benchmark.facts(), aligned(rows), _LEGEND]) + "\n"


def draw(benchmark: Benchmark, path: Path) -> None:
    """Draw how many times as long as paribus everyone takes, by arm and for the study."""
    from matplotlib.figure import Figure

    keys = [key for key in _keys(benchmark) if not math.isnan(_study(benchmark, key))]
    columns = [*benchmark.arms, "study"]
    figure = Figure(figsize=(11, 0.42 * len(keys) + 1.4), layout="constrained")
    for column, axes in zip(columns, figure.subplots(1, len(columns), sharey=True), strict=True):
        base = _of(benchmark, PARIBUS, column)
        values = [_of(benchmark, key, column) / base for key in keys]
        colours = ["#1b6ca8" if key in {PARIBUS, "inline"} else "#9aa5ad" for key in keys]
        axes.barh(range(len(keys)), values, color=colours)
        longest = min(max(values), _LONGEST_BAR)
        for place, value in enumerate(values):
            axes.annotate(f" {value:.1f}", (min(value, longest), place), va="center", fontsize=8)
        axes.axvline(1, color="#1b6ca8", linewidth=0.8)
        axes.set_xlim(0, longest * 1.25)
        axes.set_title(column, fontsize=10)
        axes.set_yticks(
            range(len(keys)), [_timing(benchmark, columns[0], key).title for key in keys], fontsize=8
        )
        axes.set_ylim(-0.6, len(keys) - 0.4)
        axes.tick_params(axis="x", labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].invert_yaxis()
    figure.suptitle("Times as long as paribus with kernels in worker processes", fontsize=11)
    figure.savefig(path, dpi=150)


def _keys(benchmark: Benchmark) -> list[str]:
    return [timing.key for timing in next(iter(benchmark.arms.values()))]


def _timing(benchmark: Benchmark, arm: str, key: str) -> Timing:
    return next(timing for timing in benchmark.arms[arm] if timing.key == key)


def _of(benchmark: Benchmark, key: str, column: str) -> float:
    """Return the seconds of ten epochs of an arm, or of the study."""
    return _study(benchmark, key) if column == "study" else EPOCHS * median(_timing(benchmark, column, key))


def _study(benchmark: Benchmark, key: str) -> float:
    return sum(EPOCHS * median(_timing(benchmark, arm, key)) for arm in benchmark.arms)


def _row(benchmark: Benchmark, key: str) -> Sequence[str]:
    timings = [_timing(benchmark, arm, key) for arm in benchmark.arms]
    problems = [timing.problem for timing in timings if timing.problem]
    if problems:
        return (timings[0].title, problems[0].replace("|", "/"), *[""] * (len(timings) + 3))
    shares = [
        _limit(benchmark, arm) / median(timing) for arm, timing in zip(benchmark.arms, timings, strict=True)
    ]
    study = _study(benchmark, key)
    return (
        timings[0].title,
        *(
            f"{_seconds(EPOCHS * median(each))} ({share:.0%})"
            for each, share in zip(timings, shares, strict=True)
        ),
        _seconds(study),
        _ratio(benchmark, study),
        _seconds(sum(max(0.0, each.first_seconds - median(each)) for each in timings)),
        " ".join(f"{each.accuracy:.1%}".rstrip("%") for each in timings),
    )


def _limit(benchmark: Benchmark, arm: str) -> float:
    """Return the seconds of an epoch at the GEMM limit."""
    return benchmark.limits["epoch_flops"][arm] / max(benchmark.limits["gemm_gflops"].values()) / 1e9


def _seconds(value: float) -> str:
    return f"{value:.1f}"


def _ratio(benchmark: Benchmark, study: float) -> str:
    ratio = study / _study(benchmark, PARIBUS) if PARIBUS in _keys(benchmark) else math.nan
    return "" if math.isnan(ratio) else f"{ratio:.2f}"
