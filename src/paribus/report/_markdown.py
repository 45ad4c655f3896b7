"""The report as Markdown."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from paribus.analyse import Analysis
from paribus.report._citation import methods_parts
from paribus.report._conclusions import Conclusion, conclusions, family_sentences, scope
from paribus.report._examples import disagreement
from paribus.report._findings import FindingRow, all_findings, certificate_rows, finding_rows, one_per_pair
from paribus.report._markdown_text import code, escaped, table
from paribus.report._probes import probe_header, probe_rows
from paribus.report._reproduce import RUN_HEADER, reproduction
from paribus.report._rows import arm_rows, contrast_rows, protocol
from paribus.report._tables import ARMS, CERTIFICATE, CLASSES, CONTRASTS, EXAMPLES, LAYERS, PAIRS, named
from paribus.report.figures import Material
from paribus.report.geometry import model_rows, model_warnings


def markdown(material: Material, figures: Sequence[Path]) -> str:
    """Return question, verdicts, what speaks against the comparison, figures, tables, geometry, methods, and how to reproduce it.

    Args:
        material: What is told.
        figures: Files, relative to that of the report.
    """
    blocks = [
        *_head(material.analysis),
        *_conclusions(material.analysis),
        *_fairness(material.analysis),
        *_figures(figures),
        *_scores(material.analysis),
        *_disagreements(material.analysis),
        *_geometry(material.analysis),
        *_methods(material),
        *_reproduction(material),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(analysis: Analysis) -> Iterator[str]:
    yield f"# {escaped(analysis.study.name)}"
    yield escaped(analysis.study.question)
    yield escaped(protocol(analysis)) + "."
    if analysis.caveats:
        yield "\n".join(f"> **{escaped(caveat)}**" for caveat in analysis.caveats)


def _conclusions(analysis: Analysis) -> Iterator[str]:
    if analysis.contrasts:
        yield "## Conclusions"
        yield from map(_conclusion, conclusions(analysis))
        yield from map(escaped, (*family_sentences(analysis), scope(analysis)))


def _conclusion(told: Conclusion) -> str:
    lines = [
        *map(escaped, told.besides),
        *(f"**{escaped(sentence)}**" for sentence in told.limits),
        escaped(told.change),
    ]
    points = "\n".join(f"- {line}" for line in lines if line)
    return f"**{escaped(told.contrast)}: {escaped(told.headline)}.** {escaped(told.numbers)}\n\n{points}"


def _fairness(analysis: Analysis) -> Iterator[str]:
    if findings := all_findings(analysis):
        yield "## Findings"
        yield "\n".join(map(_finding, finding_rows(findings)))
    for certificate in one_per_pair(result.certificate for result in analysis.contrasts):
        contrast = certificate.contrast
        yield f"## {escaped(contrast.label)}: what differs, and what is equal"
        yield table(named(CERTIFICATE, contrast.treatment, contrast.control), certificate_rows(certificate))


def _finding(row: FindingRow) -> str:
    about = f", {row.about}" if row.about else ""
    head = escaped(f"{row.severity.value}: {row.kind}{about}.")
    return f"- **{head}** {escaped(row.evidence)} *{escaped(row.remedy)}*"


def _figures(figures: Sequence[Path]) -> Iterator[str]:
    if figures:
        yield "## Figures"
        yield from (f"![{escaped(figure.stem)}]({quote(figure.as_posix())})" for figure in figures)


def _scores(analysis: Analysis) -> Iterator[str]:
    yield "## Scores"
    yield table(ARMS, arm_rows(analysis))
    if analysis.contrasts:
        yield table(CONTRASTS, contrast_rows(analysis))
    if analysis.study.probes:
        yield "## Probes"
        yield "Mean \N{PLUS-MINUS SIGN} standard deviation over seeds."
        yield table(probe_header(analysis), probe_rows(analysis))


def _disagreements(analysis: Analysis) -> Iterator[str]:
    """Yield where the arms of each contrast disagree, in three tables."""
    for told in filter(None, map(disagreement, analysis.contrasts)):
        yield f"## {escaped(told.contrast)}: where they disagree"
        for header, rows in ((CLASSES, told.classes), (EXAMPLES, told.examples), (PAIRS, told.pairs)):
            if rows:
                yield table(named(header, told.treatment, told.control), rows)


def _geometry(analysis: Analysis) -> Iterator[str]:
    built = [arm for arm in analysis.study.arms if arm.layers]
    if built:
        yield "## Geometry of the arms"
    for arm in built:
        yield f"### {escaped(arm.name)}"
        yield from map(escaped, model_warnings(arm.layers, analysis.study.dataset.example_shape[:-1]))
        yield table(LAYERS, model_rows(arm.layers))


def _methods(material: Material) -> Iterator[str]:
    paragraph, references = methods_parts(material.analysis, material.records)
    yield "## Methods"
    yield escaped(paragraph)
    yield "\n".join(f"- {escaped(reference)}" for reference in references)


def _reproduction(material: Material) -> Iterator[str]:
    told = reproduction(material)
    yield "## How to reproduce it"
    if told.command:
        yield code(told.command)
    yield escaped(told.advice)
    yield table(("what", "value"), told.facts.items())
    if told.runs:
        yield table(RUN_HEADER, told.runs)
