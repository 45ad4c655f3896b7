"""What a study compares, as terminal tables: layers, certificates and findings."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from paribus.fairness import Certificate, binary_size, certificates, counted
from paribus.records import ArmRecord, Finding, LayerRecord, Match, Severity
from paribus.report._findings import EQUAL, CertificateRow, certificate_rows, finding_rows, one_per_pair
from paribus.report._tables import plain_text, table
from paribus.study import StudyRecord

_STYLES = {Severity.UNFAIR: "bold red", Severity.CAUTION: "yellow", Severity.NOTE: "dim"}


def audit_terminal(study: StudyRecord) -> RenderableType:
    """Return layers, sizes, certificates and findings for a rich console."""
    blocks: list[RenderableType] = [Text(f"{study.name}: {study.question}", style="bold"), Text("")]
    for arm in study.arms:
        blocks += _arm(arm)
    if study.matches:
        blocks += [Text("Budgets:"), _matches(study.matches)]
    blocks += [block for made in one_per_pair(certificates(study)) for block in certificate_terminal(made)]
    blocks += findings_terminal(study.findings)
    return Group(*blocks)


def audit_text(study: StudyRecord) -> str:
    """Return the same as plain text."""
    return plain_text(audit_terminal(study))


def certificate_terminal(made: Certificate) -> Iterator[RenderableType]:
    """Yield a contrast's certificate."""
    contrast, rows = made.contrast, certificate_rows(made)
    differing = [row for row in rows if row.standing not in EQUAL]
    equal = (f"{row.aspect} ({_both(row)})" for row in rows if row.standing in EQUAL)
    yield Text(f"{contrast}", style="bold")
    if differing:
        yield table(("", contrast.treatment, contrast.control, "", ""), differing, numeric=set[int]())
    yield Text(f"equal: {'; '.join(equal) or 'nothing'}.\n")


def findings_terminal(findings: Sequence[Finding], *, notes: bool = True) -> Iterator[RenderableType]:
    """Yield the findings, one paragraph each.

    Args:
        findings: The heaviest first.
        notes: Whether notes are told, too; otherwise only how many there are.
    """
    if not findings:
        yield Text("Nothing found that speaks against the comparison.")
        return
    rows = finding_rows(findings)
    shown = [row for row in rows if notes or row.severity is not Severity.NOTE]
    for row in shown:
        about = f", {row.about}" if row.about else ""
        yield Text(f"{row.severity.value}: {row.kind}{about}", style=_STYLES[row.severity])
        yield Padding(Text(row.evidence), (0, 0, 0, 2))
        yield Padding(Text(f"\N{RIGHTWARDS ARROW} {row.remedy}", style="dim"), (0, 0, 0, 2))
    if hidden := len(rows) - len(shown):
        yield Text(f"and {counted(hidden, 'note')}, in the summary.", style="dim")


def _arm(arm: ArmRecord) -> Iterator[RenderableType]:
    if arm.parameters is None:
        yield Text(f"{arm.name}: cannot be built. {arm.unbuilt}\n", style="red")
        return
    yield Text(arm.name, style="bold")
    yield table(
        ("layer", "output shape", "parameters", "MACs", "field"), map(_layer, arm.layers), numeric={2, 3, 4}
    )
    yield Text(_totals(arm) + "\n")


def _layer(layer: LayerRecord) -> tuple[str, ...]:
    shape = " × ".join("?" if axis is None else str(axis) for axis in layer.output_shape) or "unknown"
    macs = "unknown" if layer.macs is None else f"{layer.macs:,}"
    field = "all" if layer.sees_all else "×".join(map(str, layer.receptive_field))
    return layer.kind, shape, f"{layer.parameters:,}", macs, field


def _totals(arm: ArmRecord) -> str:
    count, measures = arm.parameters, arm.measures
    assert count is not None  # an arm that was built  # noqa: S101
    words = [
        f"{count.total:,} parameters: {count.trainable:,} trainable, {count.non_trainable:,} non-trainable"
    ]
    if measures is not None and measures.flops is not None:
        words.append(
            f"{_short(measures.flops)}FLOPs per example forward, {_short(measures.training_flops)}FLOPs in training"
        )
    if measures is not None and measures.activation_bytes is not None:
        words.append(f"{binary_size(measures.activation_bytes)} of activations per batch")
    return "; ".join(words)


def _both(row: CertificateRow) -> str:
    return row.treatment if row.treatment == row.control else f"{row.treatment} and {row.control}"


def _short(n: int | None) -> str:
    if n is None:
        return "unknown "
    for unit, prefix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= unit:
            return f"{n / unit:.3g} {prefix}"
    return f"{n} "


def _matches(matches: Iterable[Match]) -> Table:
    rows = [
        (
            match.arm,
            ", ".join(f"{name} {size}" for name, size in match.sizes.items()) or "as it is",
            line.measure.replace("_", " "),
            f"{line.actual:,}",
            f"{line.target:,}",
            f"{100 * line.deviation:+.2f} %",
            "" if line.within else "outside the tolerance",
        )
        for match in matches
        for line in match.lines
    ]
    return table(("arm", "size", "budget", "has", "target", "off by", ""), rows, numeric={3, 4, 5})
