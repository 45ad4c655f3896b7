"""Results as terminal tables."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from paribus.analyse import Analysis, ContrastResult
from paribus.evidence import Word
from paribus.report._audit import findings_terminal
from paribus.report._conclusions import Conclusion, conclusions, family_sentences, scope
from paribus.report._examples import disagreement
from paribus.report._findings import all_findings
from paribus.report._probes import probe_header, probe_rows
from paribus.report._rows import arm_rows, contrast_rows, protocol
from paribus.report._tables import CLASSES, EXAMPLES, PAIRS, named, plain_text, table

_MOST_CONCLUSIONS = 12
"""Contrasts up to which each is told in sentences, too."""
_STYLES = {
    Word.BETTER: "bold green",
    Word.WORSE: "bold red",
    Word.EQUIVALENT: "bold cyan",
    Word.UNDECIDED: "bold yellow",
}


def terminal(analysis: Analysis) -> RenderableType:
    """Return question, protocol, caveats and tables for a rich console."""
    study = analysis.study
    blocks: list[RenderableType] = [
        Text(f"{study.name}: {study.question}", style="bold"),
        Text(protocol(analysis), style="dim"),
        Text(""),
    ]
    blocks += [Text(f"! {caveat}", style="yellow") for caveat in analysis.caveats]
    blocks.append(
        table(
            ("arm", "parameters", "seeds", "test accuracy, %", "by seed", "validation, %"),
            arm_rows(analysis),
            numeric={1, 2, 3, 5},
        )
    )
    if study.probes:
        header = probe_header(analysis)
        blocks.append(Text("Measured by probes, mean \N{PLUS-MINUS SIGN} standard deviation over seeds:"))
        blocks.append(table(header, probe_rows(analysis), numeric=set(range(1, len(header)))))
    if analysis.contrasts:
        blocks += [*_contrast_tables(analysis)]
        if len(analysis.contrasts) <= _MOST_CONCLUSIONS:
            blocks += [block for each in conclusions(analysis) for block in _conclusion(each)]
        else:
            blocks.append(Text("What each verdict rests on is in the summary.", style="dim"))
        blocks += [Text(sentence) for sentence in family_sentences(analysis)]
        blocks.append(Text(scope(analysis), style="dim"))
    if findings := all_findings(analysis):
        blocks += [Text(""), *findings_terminal(findings, notes=False)]
    return Group(*blocks)


def _conclusion(told: Conclusion) -> Iterator[RenderableType]:
    yield Text.assemble((told.contrast, "bold"), ": ", (told.headline, _STYLES[told.word]))
    lines = [Text(told.numbers), *(Text(sentence, style="dim") for sentence in told.besides)]
    lines += [Text(f"! {sentence}", style="yellow") for sentence in told.limits]
    lines += [Text(f"\N{RIGHTWARDS ARROW} {told.change}")] if told.change else []
    yield from (Padding(line, (0, 0, 0, 2)) for line in lines)
    yield Text("")


def _contrast_tables(analysis: Analysis) -> Iterator[RenderableType]:
    """Yield one table per metric, headed by the metric, so that it fits a narrow terminal."""
    rows = contrast_rows(analysis)
    for metric in dict.fromkeys(row.metric for row in rows):
        yield Text(f"Differences in {metric}, paired by seed:")
        yield table(
            ("contrast", "seeds", "difference", "95 % interval", "margin", "verdict"),
            [
                (row.contrast, row.n, row.difference, row.interval, row.margin, row.verdict)
                for row in rows
                if row.metric == metric
            ],
            numeric={1, 2, 3},
        )


def disagreement_terminal(result: ContrastResult) -> RenderableType:
    """Return where a contrast's arms disagree, for a rich console."""
    told = disagreement(result)
    if told is None:
        return Text(f"{result.contrast.label}: single test examples are kept of test accuracy only.\n")
    blocks: list[RenderableType] = [Text(told.contrast, style="bold")]
    numeric = ({1, 2, 3, 4}, {0, 2, 3}, {1, 2, 3})
    parts = zip((CLASSES, EXAMPLES, PAIRS), (told.classes, told.examples, told.pairs), numeric, strict=True)
    blocks += [
        table(named(header, told.treatment, told.control), rows, numeric=places)
        for header, rows, places in parts
        if rows
    ]
    return Group(*blocks)


def text(analysis: Analysis) -> str:
    """Return the same as plain text."""
    return plain_text(terminal(analysis))
