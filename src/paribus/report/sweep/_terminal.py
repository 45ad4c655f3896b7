"""A sweep as terminal tables."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from paribus.analyse import SweepAnalysis, SweepContrast, Tuned
from paribus.report._tables import plain_text, table
from paribus.report.sweep._rows import (
    cell_rows,
    curve_header,
    curve_table,
    metrics,
    rate_rows,
    saving_rows,
    tuned_rows,
)
from paribus.report.sweep._words import (
    OWN,
    capital,
    cautions_told,
    crossover_sentence,
    headline,
    limit_sentence,
    overall_sentence,
    saving_title,
    sweep_protocol,
    sweep_scope,
    tuned_cautions,
    tuned_sentences,
    weighty_limits,
)

CELLS = ("seeds", "difference", "95 % interval", "adjusted p", "verdict")
SAVINGS = ("n", "score", "needs", "95 % set", "saved")
RATES = ("arm", "own rate", "validation accuracy, %", "")
TUNED = ("contrast", "difference", "95 % interval", "verdict at own rates", "at the common rate")
"""Headers."""


def sweep_terminal(analysis: SweepAnalysis) -> RenderableType:
    """Return curves, verdicts and what follows from them for a rich console."""
    blocks: list[RenderableType] = [
        Text(headline(analysis), style="bold"),
        Text(sweep_protocol(analysis), style="dim"),
        Text(""),
    ]
    blocks += [
        Text(f"! {limit_sentence(limit, analysis)}", style="yellow") for limit in weighty_limits(analysis)
    ]
    if left_out := cautions_told(analysis):
        blocks.append(Text(left_out, style="dim"))
    for metric in metrics(analysis):
        rows = curve_table(analysis, metric)
        blocks.append(
            Text(f"\n{metric.replace('_', ' ').capitalize()}, mean ± standard deviation over seeds:")
        )
        blocks.append(table(curve_header(analysis), rows, numeric=set(range(len(rows[0])))))
    if analysis.sweep.own in analysis.sweep.values:
        blocks.append(Text(OWN, style="dim"))
    for contrast in analysis.contrasts:
        blocks += _contrast(contrast, analysis)
    if analysis.tuned is not None:
        blocks += _tuned(analysis.tuned)
    if analysis.contrasts:
        blocks += [Text(""), Text(sweep_scope(analysis), style="dim")]
    return Group(*blocks)


def sweep_text(analysis: SweepAnalysis) -> str:
    """Return the same as plain text."""
    return plain_text(sweep_terminal(analysis))


def _contrast(contrast: SweepContrast, analysis: SweepAnalysis) -> Iterator[RenderableType]:
    metric = contrast.contrast.metric.replace("_", " ")
    yield Text.assemble("\n", (str(contrast.contrast), "bold"), f", {metric}, paired by seed:")
    header = (analysis.sweep.over, *CELLS)
    yield table(header, cell_rows(analysis, contrast), numeric={0, 1, 2, 3, 4})
    yield Text(f"  {capital(overall_sentence(contrast, analysis))}")
    if sentence := crossover_sentence(contrast, analysis):
        yield Text(f"  {sentence}")
    if contrast.savings:
        yield Text(f"\n{saving_title(contrast)}", style="dim")
        yield table(SAVINGS, saving_rows(contrast, analysis), numeric={0, 1, 2, 3, 4})


def _tuned(found: Tuned) -> Iterator[RenderableType]:
    yield Text("\nEach arm at the learning rate of its own:", style="bold")
    yield table(RATES, rate_rows(found), numeric={1, 2})
    if found.contrasts:
        yield table(TUNED, tuned_rows(found), numeric={1, 2})
    yield from (Text(f"! {sentence}", style="yellow") for sentence in tuned_cautions(found))
    yield from (Text(f"  {sentence}") for sentence in tuned_sentences(found))
