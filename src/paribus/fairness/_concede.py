"""Findings that a study knows of, and the order in which findings are told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from paribus.records import Finding, Severity

_ORDER = {severity: place for place, severity in enumerate(Severity)}


def conceded(findings: Iterable[Finding], concedes: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return the findings, those that the study concedes as notes with its reason."""
    return tuple(
        replace(finding, severity=Severity.NOTE, conceded=concedes[finding.kind])
        if finding.kind in concedes
        else finding
        for finding in findings
    )


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the heaviest first, otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))
