"""The summary as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from paribus.analyse import Analysis
from paribus.report._conclusions import Conclusion, conclusions, family_sentences, scope
from paribus.report._examples import Disagreement, disagreement
from paribus.report._findings import FindingRow, all_findings, certificate_rows, finding_rows
from paribus.report._probes import probe_header, probe_rows
from paribus.report._rows import arm_rows, contrast_rows, protocol
from paribus.report._tables import CLASSES, EXAMPLES, PAIRS, named


def markdown(analysis: Analysis, figures: Sequence[Path]) -> str:
    """Return question, protocol, tables, caveats and figures; figures are named relative to the summary."""
    study = analysis.study
    blocks = [f"# {study.name}", study.question, protocol(analysis) + "."]
    if analysis.caveats:
        blocks.append("\n".join(f"> **{caveat}**" for caveat in analysis.caveats))
    blocks.append(
        _table(
            ("arm", "parameters", "seeds", "test accuracy, %", "by seed", "validation accuracy, %"),
            arm_rows(analysis),
        )
    )
    if study.probes:
        told = "Mean \N{PLUS-MINUS SIGN} standard deviation over seeds."
        blocks += ["## Probes", told, _table(probe_header(analysis), probe_rows(analysis))]
    if analysis.contrasts:
        header = (
            "contrast",
            "metric",
            "seeds",
            "difference",
            "95 % interval",
            "margin",
            "verdict",
            "by seed",
        )
        blocks += ["## Conclusions", _table(header, contrast_rows(analysis))]
        blocks += map(_conclusion, conclusions(analysis))
        blocks += [*family_sentences(analysis), scope(analysis)]
    if findings := all_findings(analysis):
        blocks += ["## Findings", "\n".join(map(_finding, finding_rows(findings)))]
    for result in analysis.contrasts:
        contrast = result.contrast
        header = ("", contrast.treatment, contrast.control, "difference", "")
        blocks += [
            f"## {contrast}: what differs, and what is equal",
            _table(header, certificate_rows(result.certificate)),
        ]
    for told in filter(None, map(disagreement, analysis.contrasts)):
        blocks += _disagreement(told)
    blocks += [
        f"![{figure.stem}]({quote(figure.as_posix())})" for figure in figures if figure.suffix == ".png"
    ]
    blocks.append(f"Engine: {study.engine}. Data: SHA-256 {study.dataset.fingerprint}.")
    return "\n\n".join(blocks) + "\n"


def _conclusion(told: Conclusion) -> str:
    lines = [*told.besides, *(f"**{sentence}**" for sentence in told.limits), told.change]
    points = "\n".join(f"- {line}" for line in lines if line)
    return f"**{told.contrast}: {told.headline}.** {told.numbers}\n\n{points}"


def _disagreement(told: Disagreement) -> Iterator[str]:
    """Yield where two arms disagree, in three tables."""
    yield f"## {told.contrast}: where they disagree"
    for header, rows in ((CLASSES, told.classes), (EXAMPLES, told.examples), (PAIRS, told.pairs)):
        if rows:
            yield _table(named(header, told.treatment, told.control), rows)


def _finding(row: FindingRow) -> str:
    about = f", {row.about}" if row.about else ""
    return f"- **{row.severity.value}: {row.kind}{about}.** {row.evidence} *{row.remedy}*"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(words: str) -> str:
    """Return words that cannot end their cell."""
    return " ".join(words.split()).replace("|", r"\|")
