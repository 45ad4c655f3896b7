"""A study's result as one page."""

from functools import cache
from typing import Any

from jinja2 import Environment

from paribus.fairness import Certificate
from paribus.report._citation import methods_parts
from paribus.report._conclusions import conclusions, family_sentences, scope
from paribus.report._examples import disagreement
from paribus.report._findings import EQUAL, all_findings, certificate_rows, finding_rows, one_per_pair
from paribus.report._probes import probe_header, probe_rows
from paribus.report._reproduce import RUN_HEADER, reproduction
from paribus.report._rows import arm_rows, contrast_rows, protocol
from paribus.report._tables import ARMS, CERTIFICATE, CLASSES, CONTRASTS, LAYERS, PAIRS, named
from paribus.report.figures import Material
from paribus.report.geometry import nested_style
from paribus.report.html._environment import asset, environment
from paribus.report.html._figures import figure_views, galleries
from paribus.report.html._geometry import arm_geometries
from paribus.report.html._policy import policy


def report_html(material: Material, *, pictures: bool = True) -> str:
    """Return a result as one page that needs no network: everything is in it.

    Args:
        material: What is told.
        pictures: Whether figures are drawn for those who run no scripts, too.
    """
    scripts = (asset("vega.js"), asset("charts.js"))
    styles = (asset("paribus.css") + nested_style(".drawing"),)
    return (
        _environment()
        .get_template("report.html")
        .render(
            policy=policy(scripts=scripts, styles=styles),
            scripts=scripts,
            styles=styles,
            **context(material, pictures=pictures),
        )
    )


@cache
def _environment() -> Environment:
    return environment()


def context(material: Material, *, pictures: bool) -> dict[str, Any]:
    """Return all that a report says, by the names that its template uses."""
    analysis = material.analysis
    return {
        "study": analysis.study,
        "protocol": protocol(analysis),
        "caveats": analysis.caveats,
        "conclusions": conclusions(analysis),
        "families": family_sentences(analysis),
        "scope": scope(analysis),
        "findings": finding_rows(all_findings(analysis)),
        "certificates": [
            _certificate(made) for made in one_per_pair(result.certificate for result in analysis.contrasts)
        ],
        "figures": figure_views(material, pictures=pictures),
        "galleries": galleries(material),
        "arms": arm_rows(analysis),
        "contrasts": contrast_rows(analysis),
        "probes": {"header": probe_header(analysis), "rows": probe_rows(analysis)},
        "by_seed": _by_seed(material),
        "disagreements": [
            {
                "told": told,
                "classes": named(CLASSES, told.treatment, told.control),
                "pairs": named(PAIRS, told.treatment, told.control),
            }
            for told in map(disagreement, analysis.contrasts)
            if told is not None
        ],
        "geometries": arm_geometries(analysis.study),
        "methods": methods_parts(analysis, material.records),
        "reproduce": reproduction(material),
        "headers": {"arms": ARMS, "contrasts": CONTRASTS, "layers": LAYERS, "runs": RUN_HEADER},
    }


def _certificate(made: Certificate) -> dict[str, Any]:
    rows, contrast = certificate_rows(made), made.contrast
    return {
        "contrast": contrast,
        "header": named(CERTIFICATE, contrast.treatment, contrast.control),
        "differing": [row for row in rows if row.standing not in EQUAL],
        "equal": [row for row in rows if row.standing in EQUAL],
    }


def _by_seed(material: Material) -> dict[str, Any]:
    """Return every seed's test accuracy in every arm; empty where a run is missing."""
    analysis = material.analysis
    scores = {
        (arm.arm, score.seed): f"{100 * score.metrics['test_accuracy']:.2f}"
        for arm in analysis.arms
        for score in arm.seeds
    }
    names = [arm.arm for arm in analysis.arms]
    return {
        "arms": names,
        "rows": [(seed, [scores.get((name, seed), "") for name in names]) for seed in analysis.seeds],
    }
