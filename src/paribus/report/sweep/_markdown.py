"""A sweep's summary as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from paribus.analyse import SweepAnalysis, SweepContrast, Tuned
from paribus.report.sweep._rows import (
    cell_rows,
    curve_header,
    curve_table,
    metrics,
    rate_rows,
    saving_rows,
    tuned_rows,
)
from paribus.report.sweep._terminal import CELLS, RATES, SAVINGS, TUNED
from paribus.report.sweep._words import (
    OWN,
    capital,
    crossover_sentence,
    headline,
    limit_sentence,
    overall_sentence,
    saving_title,
    sweep_protocol,
    sweep_scope,
    tuned_cautions,
    tuned_sentences,
)


def sweep_markdown(analysis: SweepAnalysis, figures: Sequence[Path] = ()) -> str:
    """Return curves, verdicts, what follows from them and what limits them; figures are named relative to the summary."""
    blocks = [f"# {headline(analysis)}", f"{capital(sweep_protocol(analysis))}."]
    if analysis.limits:
        blocks.append("\n".join(f"> - {limit_sentence(limit, analysis)}" for limit in analysis.limits))
    for metric in metrics(analysis):
        blocks.append(f"## {metric.replace('_', ' ').capitalize()}, mean ± standard deviation over seeds")
        blocks.append(_table(curve_header(analysis), curve_table(analysis, metric)))
    if analysis.sweep.own in analysis.sweep.values:
        blocks.append(OWN.replace("*", "\\*"))
    blocks += [
        f"![{figure.stem}]({quote(figure.as_posix())})" for figure in figures if figure.suffix == ".png"
    ]
    for contrast in analysis.contrasts:
        blocks += _contrast(contrast, analysis)
    if analysis.tuned is not None:
        blocks += _tuned(analysis.tuned)
    if analysis.contrasts:
        blocks.append(sweep_scope(analysis))
    engines = dict.fromkeys(study.engine for study in analysis.studies)
    blocks.append(f"Engine: {', '.join(engines)}.")
    return "\n\n".join(blocks) + "\n"


def _contrast(contrast: SweepContrast, analysis: SweepAnalysis) -> Iterator[str]:
    yield f"## {contrast.contrast}, {contrast.contrast.metric.replace('_', ' ')}"
    yield _table((analysis.sweep.over, *CELLS), cell_rows(analysis, contrast))
    yield capital(overall_sentence(contrast, analysis))
    if sentence := crossover_sentence(contrast, analysis):
        yield sentence
    if contrast.savings:
        yield saving_title(contrast)
        yield _table(SAVINGS, saving_rows(contrast, analysis))


def _tuned(found: Tuned) -> Iterator[str]:
    yield "## Each arm at the learning rate of its own"
    yield _table(RATES, rate_rows(found))
    if found.contrasts:
        yield _table(TUNED, tuned_rows(found))
    yield from (f"**{sentence}**" for sentence in tuned_cautions(found))
    yield " ".join(tuned_sentences(found))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(words: str) -> str:
    """Return words that cannot end their cell."""
    return " ".join(words.split()).replace("|", r"\|").replace("*", r"\*")
