"""Analysis -> rows (pure) -> tables and figures (dumb)."""

from paribus.report._audit import audit_terminal, audit_text, certificate_terminal, findings_terminal
from paribus.report._citation import methods
from paribus.report._conclusions import Conclusion, conclusions, family_sentences, scope
from paribus.report._examples import Disagreement, disagreement
from paribus.report._findings import CertificateRow, FindingRow, all_findings, certificate_rows, finding_rows
from paribus.report._gate import GateText, gate_junit, gate_markdown, gate_text
from paribus.report._markdown import markdown
from paribus.report._planning import PlanRow, plan_basis, plan_commands, plan_rows, plan_sentences
from paribus.report._probes import probe_header, probe_rows
from paribus.report._rows import ArmRow, ContrastRow, arm_rows, contrast_rows, protocol
from paribus.report._save import figure_paths, save_figures, save_report
from paribus.report._tables import PLAIN_WIDTH, table
from paribus.report._terminal import disagreement_terminal, terminal, text
from paribus.report.figures import FIGURES, Material, panels_of, paper_figure, save_figure
from paribus.report.sweep import (
    SweepScore,
    save_sweep,
    sweep_charts,
    sweep_figure,
    sweep_html,
    sweep_markdown,
    sweep_paths,
    sweep_scores,
    sweep_terminal,
    sweep_text,
)

__all__ = [
    "FIGURES",
    "PLAIN_WIDTH",
    "ArmRow",
    "CertificateRow",
    "Conclusion",
    "ContrastRow",
    "Disagreement",
    "FindingRow",
    "GateText",
    "Material",
    "PlanRow",
    "SweepScore",
    "all_findings",
    "arm_rows",
    "audit_terminal",
    "audit_text",
    "certificate_rows",
    "certificate_terminal",
    "conclusions",
    "contrast_rows",
    "disagreement",
    "disagreement_terminal",
    "family_sentences",
    "figure_paths",
    "finding_rows",
    "findings_terminal",
    "gate_junit",
    "gate_markdown",
    "gate_text",
    "markdown",
    "methods",
    "panels_of",
    "paper_figure",
    "plan_basis",
    "plan_commands",
    "plan_rows",
    "plan_sentences",
    "probe_header",
    "probe_rows",
    "protocol",
    "save_figure",
    "save_figures",
    "save_report",
    "save_sweep",
    "scope",
    "sweep_charts",
    "sweep_figure",
    "sweep_html",
    "sweep_markdown",
    "sweep_paths",
    "sweep_scores",
    "sweep_terminal",
    "sweep_text",
    "table",
    "terminal",
    "text",
]
