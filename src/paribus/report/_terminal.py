"""Results as terminal tables."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.text import Text

from paribus.analyse import Analysis
from paribus.report._audit import findings_terminal
from paribus.report._findings import all_findings
from paribus.report._rows import arm_rows, contrast_rows, protocol, range_sentences
from paribus.report._tables import table

PLAIN_WIDTH = 110


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
    if analysis.contrasts:
        blocks += [*_contrast_tables(analysis)]
        caveats = [caveat for result in analysis.contrasts for caveat in result.caveats]
        blocks += [Text(f"! {caveat}", style="yellow") for caveat in caveats]
    blocks += [Text(sentence) for sentence in range_sentences(analysis)]
    if findings := all_findings(analysis):
        blocks += [Text(""), *findings_terminal(findings, notes=False)]
    return Group(*blocks)


def _contrast_tables(analysis: Analysis) -> Iterator[RenderableType]:
    """Yield one table per metric, headed by the metric, so that it fits a narrow terminal."""
    rows = contrast_rows(analysis)
    for metric in dict.fromkeys(row.metric for row in rows):
        yield Text(f"Differences in {metric}, paired by seed:")
        yield table(
            ("contrast", "seeds", "difference", "95 % t interval", "margin"),
            [
                (row.contrast, row.n, row.difference, row.interval, row.margin)
                for row in rows
                if row.metric == metric
            ],
            numeric={1, 2, 3},
        )


def text(analysis: Analysis) -> str:
    """Return the same as plain text."""
    console = Console(width=PLAIN_WIDTH, color_system=None, record=True, quiet=True)
    with console.capture() as capture:
        console.quiet = False
        console.print(terminal(analysis))
    return capture.get()
