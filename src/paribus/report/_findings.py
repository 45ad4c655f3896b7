"""Findings and certificates as rows of text."""

from collections.abc import Iterable
from typing import NamedTuple

from paribus.analyse import Analysis
from paribus.fairness import Certificate, Standing, ranked
from paribus.records import Finding, Severity
from paribus.study import ASPECTS, SHARED

_LABELS = ASPECTS | SHARED
EQUAL = (Standing.EQUAL.value, Standing.WITHIN.value)
"""How rows stand in which a contrast's arms do not differ."""


class FindingRow(NamedTuple):
    """A finding: how much it weighs, what it is about, the evidence and what to do, or why it is accepted."""

    severity: Severity
    kind: str
    about: str
    evidence: str
    remedy: str


class CertificateRow(NamedTuple):
    """One aspect of a contrast's two arms."""

    aspect: str
    treatment: str
    control: str
    difference: str
    standing: str


def finding_rows(findings: Iterable[Finding]) -> tuple[FindingRow, ...]:
    """Return the findings in their order; one row for those that say the same of several arms or contrasts."""
    abouts: dict[FindingRow, list[str]] = {}
    for finding in findings:
        row = FindingRow(
            severity=finding.severity,
            kind=finding.kind.replace("_", " "),
            about="",
            evidence=finding.evidence,
            remedy=f"conceded: {finding.conceded}" if finding.conceded else finding.remedy,
        )
        abouts.setdefault(row, []).append(finding.about)
    return tuple(
        row._replace(about=", ".join(dict.fromkeys(filter(None, about)))) for row, about in abouts.items()
    )


def certificate_rows(made: Certificate) -> tuple[CertificateRow, ...]:
    """Return what differs first, then what is equal, in the order of the aspects."""
    rows = [
        CertificateRow(_LABELS[row.aspect], row.treatment, row.control, row.difference, row.standing.value)
        for row in made.rows
    ]
    return tuple(sorted(rows, key=lambda row: row.standing in EQUAL))


def one_per_pair(made: Iterable[Certificate]) -> tuple[Certificate, ...]:
    """Return one certificate for every pair of arms: what differs between them does not depend on the metric that is asked about."""
    found: dict[tuple[object, ...], Certificate] = {}
    for each in made:
        contrast = each.contrast
        found.setdefault((contrast.treatment, contrast.control, contrast.factor), each)
    return tuple(found.values())


def all_findings(analysis: Analysis) -> tuple[Finding, ...]:
    """Return the findings on study and arms, and on every contrast, the heaviest first."""
    return ranked([*analysis.findings, *(each for result in analysis.contrasts for each in result.findings)])
