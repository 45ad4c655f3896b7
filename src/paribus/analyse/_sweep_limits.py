"""What limits a sweep: what limits its cells, each sentence once with the values that it is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from paribus.analyse._results import Analysis
from paribus.analyse._sweep_results import Limit
from paribus.fairness import ranked
from paribus.records import Finding, Severity
from paribus.study import SweepRecord, Value


class _Said(NamedTuple):
    """What makes two sentences about different values one: of findings of one kind, the first one's evidence is told."""

    about: str
    severity: Severity | None
    key: str


def limits(sweep: SweepRecord, cells: Sequence[Analysis]) -> tuple[Limit, ...]:
    """Return caveats and those findings that weigh more than a note, the heaviest first.

    Args:
        sweep: Its values.
        cells: The analysis at each.
    """
    found: dict[_Said, Limit] = {}
    for value, cell in zip(sweep.values, cells, strict=True):
        for said, limit in _said(value, cell):
            known = found.get(said)
            values = (*(known.values if known else ()), value)
            found[said] = replace(known or limit, values=tuple(dict.fromkeys(values)))
    order: list[Severity | None] = [None, Severity.UNFAIR, Severity.CAUTION]
    return tuple(sorted(_joined(found.values()), key=lambda limit: order.index(limit.severity)))


def _joined(found: Iterable[Limit]) -> Iterator[Limit]:
    """Yield one limit for those that say the same of several arms or contrasts, about all of them."""
    abouts: dict[Limit, list[str]] = {}
    for limit in found:
        abouts.setdefault(replace(limit, about=""), []).append(limit.about)
    for limit, about in abouts.items():
        yield replace(limit, about=", ".join(about))


def _said(value: Value, cell: Analysis) -> Iterator[tuple[_Said, Limit]]:
    for caveat in cell.caveats:
        yield _Said("", None, caveat), Limit(values=(value,), sentence=caveat)
    for finding in _weighty(cell):
        limit = Limit(
            values=(value,),
            sentence=finding.evidence,
            kind=finding.kind,
            about=finding.about,
            severity=finding.severity,
            remedy=finding.remedy,
        )
        yield _Said(finding.about, finding.severity, finding.kind), limit


def _weighty(cell: Analysis) -> Iterable[Finding]:
    found = [*cell.findings, *(each for result in cell.contrasts for each in result.findings)]
    return ranked([finding for finding in found if finding.severity is not Severity.NOTE])
