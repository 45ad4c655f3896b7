"""What differs between the two arms of a contrast, and what is equal, by number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from paribus.records import ArmRecord, Finding, Match, Severity
from paribus.study import ASPECTS, Contrast

TOLERANCE = 0.05
"""By how much sizes may differ where no budget says."""


_UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


class Standing(StrEnum):
    """How an aspect stands between two arms."""

    EQUAL = "equal"
    WITHIN = "within tolerance"
    DECLARED = "the declared factor"
    ENTAILED = "follows from the factor"
    CONCEDED = "conceded"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One aspect of two arms in words; `difference` is relative to the control, for numbers."""

    aspect: str
    treatment: str
    control: str
    difference: str
    standing: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What differs between a contrast's arms and what is equal."""

    contrast: Contrast
    rows: tuple[Comparison, ...]


def certificate(
    contrast: Contrast, arms: Sequence[ArmRecord], matches: Sequence[Match], concedes: Mapping[str, str]
) -> Certificate:
    """Compare the two arms of a contrast in every aspect.

    Args:
        contrast: What is compared, with the factor that may differ.
        arms: Those of the study.
        matches: How far arms meet their budgets, whose tolerance decides which sizes are equal.
        concedes: Aspects that are known to differ, and why.
    """
    treatment, control = (_named(arms, name) for name in (contrast.treatment, contrast.control))
    tolerances = _tolerances(matches, contrast)
    rows: list[Comparison] = []
    for aspect in ASPECTS:
        if aspect in _SIZES:
            sizes = _SIZES[aspect](treatment), _SIZES[aspect](control)
            rows.append(_sizes(aspect, *sizes, tolerances.get(aspect, TOLERANCE)))
        else:
            rows.append(_parts(aspect, _kinds(treatment, aspect), _kinds(control, aspect)))
    rows = [_standing(row, contrast, concedes) for row in rows]
    return Certificate(contrast=contrast, rows=tuple(rows))


def certificate_findings(made: Certificate, matches: Sequence[Match]) -> tuple[Finding, ...]:
    """Return a finding for every aspect that differs and is neither the factor nor its consequence.

    Args:
        made: The certificate.
        matches: Where a budget has made one cost equal, the gap in another is a note.
    """
    budgeted = _tolerances(matches, made.contrast)
    equalised = {row.aspect for row in made.rows if row.aspect in budgeted and row.standing in _MET}
    told = [row for row in made.rows if row.standing in {Standing.DIFFERS, Standing.CONCEDED}]
    if any(row.aspect == "flops" for row in told):  # says the same
        told = [row for row in told if row.aspect != "training_flops"]
    return tuple(
        Finding(
            kind=row.aspect,
            severity=_severity(row.aspect, equalised),
            about=made.contrast.label,
            evidence=_evidence(made.contrast, row),
            remedy=_remedy(row.aspect),
        )
        for row in told
    )


def _severity(aspect: str, equalised: set[str]) -> Severity:
    """Return how much a difference weighs: other costs are to be known where one is equalised, memory always."""
    if aspect in {"activation_memory", "training_flops"} or (aspect in {"parameters", "flops"} and equalised):
        return Severity.NOTE
    return Severity.CAUTION


def _evidence(contrast: Contrast, row: Comparison) -> str:
    ratio = f" ({row.difference})" if row.difference else ""
    return f"{ASPECTS[row.aspect]}: {contrast.treatment} {row.treatment}, {contrast.control} {row.control}{ratio}."


def _remedy(aspect: str) -> str:
    if aspect in {"parameters", "flops", "training_flops"}:
        measure = "trainable_parameters" if aspect == "parameters" else aspect
        return f"give the study Budget({measure!r}, ...) and an arm a width, or concede {aspect!r}."
    if aspect == "activation_memory":
        return "none is needed, unless memory is what is compared."
    return f"make both arms alike, or declare factor={aspect!r}, or concede it."


def _named(arms: Sequence[ArmRecord], name: str) -> ArmRecord:
    return next(arm for arm in arms if arm.name == name)


_MEASURED_BY = {
    "trainable_parameters": "parameters",
    "parameters": "parameters",
    "flops": "flops",
    "macs": "flops",
    "training_flops": "training_flops",
    "activation_bytes": "activation_memory",
}
"""The aspect that a budget equalises."""
_WITH = {"training_flops": "flops"}
"""Aspects that are declared or conceded with another."""
_MET = (Standing.EQUAL, Standing.WITHIN)


def _tolerances(matches: Sequence[Match], contrast: Contrast) -> dict[str, float]:
    """Return, by aspect that both arms have the same budget on, how far they may lie apart: each within its tolerance of it."""
    lines = {
        name: {line.measure: line for match in matches if match.arm == name for line in match.lines}
        for name in (contrast.treatment, contrast.control)
    }
    ours, theirs = lines[contrast.treatment], lines[contrast.control]
    return {
        _MEASURED_BY[measure]: ours[measure].tolerance + theirs[measure].tolerance
        for measure in ours.keys() & theirs.keys()
        if ours[measure].target == theirs[measure].target
    }


def _sizes(aspect: str, treatment: int | None, control: int | None, tolerance: float) -> Comparison:
    if treatment is None or control is None:
        gap, standing = "", Standing.UNKNOWN
    else:
        gap = _ratio(treatment, control)
        far = abs(treatment - control) > tolerance * control
        standing = Standing.DIFFERS if far else Standing.EQUAL if treatment == control else Standing.WITHIN
    write = _size if aspect == "activation_memory" else _count
    return Comparison(
        aspect=aspect, treatment=write(treatment), control=write(control), difference=gap, standing=standing
    )


def _ratio(treatment: int, control: int) -> str:
    if treatment == control or not control:
        return ""
    relative = treatment / control
    return f"{100 * (relative - 1):+.3g} %" if 0.1 < relative < 3 else f"{relative:.3g} times"


def _parts(aspect: str, treatment: Sequence[str] | None, control: Sequence[str] | None) -> Comparison:
    if treatment is None or control is None:
        standing = Standing.UNKNOWN
    else:
        standing = Standing.EQUAL if _alike(aspect, treatment, control) else Standing.DIFFERS
    return Comparison(
        aspect=aspect, treatment=_words(treatment), control=_words(control), difference="", standing=standing
    )


def _standing(row: Comparison, contrast: Contrast, concedes: Mapping[str, str]) -> Comparison:
    """Return the row, with what excuses a difference."""
    if row.standing is not Standing.DIFFERS:
        return row
    names = {row.aspect, _WITH.get(row.aspect, row.aspect)}
    if names & {*contrast.factors}:
        return replace(row, standing=Standing.DECLARED)
    if row.aspect in contrast.entailed:
        return replace(row, standing=Standing.ENTAILED)
    return replace(row, standing=Standing.CONCEDED) if names & concedes.keys() else row


def _alike(aspect: str, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two arms are alike; in roles that only one of them has, there is nothing to compare."""
    if aspect == "initializers":
        ours, theirs = _by_role(one), _by_role(other)
        return all(ours[role] == theirs[role] for role in ours.keys() & theirs.keys())
    if aspect == "activation" and not (one and other):  # an arm without hidden layers
        return True
    return list(one) == list(other)


def _by_role(words: Sequence[str]) -> dict[str, set[str]]:
    roles: dict[str, set[str]] = {}
    for word in words:
        role, _, kind = word.partition(" ")
        roles.setdefault(role, set()).add(kind)
    return roles


def _parameters(arm: ArmRecord) -> int | None:
    return arm.parameters.trainable if arm.parameters else None


_SIZES: dict[str, Callable[[ArmRecord], int | None]] = {
    "parameters": _parameters,
    "flops": lambda arm: arm.measures.flops if arm.measures else None,
    "training_flops": lambda arm: arm.measures.training_flops if arm.measures else None,
    "activation_memory": lambda arm: arm.measures.activation_bytes if arm.measures else None,
}


def _kinds(arm: ArmRecord, aspect: str) -> Sequence[str] | None:
    if arm.measures is None:
        return None
    if aspect == "depth":
        return None if arm.measures.depth is None else (str(arm.measures.depth),)
    if aspect == "receptive_field":
        return _field(arm)
    return arm.measures.traits.get(aspect)


def _field(arm: ArmRecord) -> Sequence[str] | None:
    measures = arm.measures
    if measures is None or measures.receptive_field is None:
        return None
    if not measures.receptive_field or set(measures.receptive_field) == {1}:
        return ("all at once",) if measures.sees_all else ("one position",)
    return ("×".join(map(str, measures.receptive_field)),)


def _count(n: int | None) -> str:
    return "unknown" if n is None else f"{n:,}"


def _size(n: int | None) -> str:
    return "unknown" if n is None else binary_size(n)


def binary_size(n: int) -> str:
    """Return a number of bytes in words."""
    unit, name = next(((unit, name) for unit, name in _UNITS if n >= unit), (1, "bytes"))
    return f"{n / unit:.3g} {name}"


def _words(words: Sequence[str] | None) -> str:
    return "unknown" if words is None else ", ".join(words) or "none"
