"""One function for everything that notebooks show, and a renderer for each kind of thing."""

from functools import cache, singledispatch
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from paribus.fairness import certificates
from paribus.geometry import LayerGeometry
from paribus.records import Finding, Findings, LayerRecord, Match
from paribus.report._conclusions import conclusions, scope
from paribus.report._findings import EQUAL, all_findings, certificate_rows, finding_rows, one_per_pair
from paribus.report._numbers import Scale
from paribus.report._rows import arm_rows, protocol
from paribus.report._tables import ARMS, LAYERS
from paribus.report.figures import FIGURES, Material
from paribus.report.geometry import (
    axis_rows,
    facts,
    layer_svg,
    model_rows,
    model_warnings,
    nested_style,
    settings_of,
    stack_svg,
)
from paribus.report.html import environment
from paribus.report.notebook._forest import forest_svg
from paribus.study import Contrast, Study, StudyRecord

_LARGEST_DRAWN = 32
_STYLE = nested_style(".paribus .geometry")


@cache
def _environment() -> Environment:
    return environment()


def _rendered(template: str, **context: Any) -> str:
    return _environment().get_template(f"notebook_{template}.html").render(**context)


@singledispatch
def html(shown: object) -> str:
    """Return what a notebook shows of a result, study, match, finding or geometry."""
    return _rendered("plain", words=str(shown))


@html.register
def _result(material: Material) -> str:
    panels = FIGURES["differences"].panels(material)
    analysis = material.analysis
    return _rendered(
        "result",
        study=analysis.study,
        protocol=protocol(analysis),
        caveats=analysis.caveats,
        conclusions=conclusions(analysis),
        scope=scope(analysis),
        header=ARMS,
        arms=arm_rows(analysis),
        findings=finding_rows(all_findings(analysis)),
        picture=Markup(forest_svg(panels[0])) if panels else "",  # noqa: S704 -- made here, words in it escaped
    )


@html.register
def _audit(study: StudyRecord) -> str:
    made = [(each.contrast, certificate_rows(each)) for each in one_per_pair(certificates(study))]
    return _rendered(
        "audit",
        study=study,
        matches=study.matches,
        certificates=[
            (
                contrast,
                [row for row in rows if row.standing not in EQUAL],
                [row.aspect for row in rows if row.standing in EQUAL],
            )
            for contrast, rows in made
        ],
        findings=finding_rows(study.findings),
    )


@html.register
def _study(study: Study) -> str:
    return _rendered("study", study=study, contrasts=[_told(contrast) for contrast in study.contrasts])


def _told(contrast: Contrast) -> str:
    """Return a contrast with its margin, in the unit in which differences are told."""
    if contrast.margin is None:
        return str(contrast)
    return f"{contrast}, margin {Scale(contrast.metric).plain(contrast.margin)}"


@html.register
def _match(match: Match) -> str:
    return _rendered("match", matches=[match])


@html.register
def _finding(finding: Finding) -> str:
    return _rendered("findings", findings=finding_rows([finding]))


@html.register
def _findings(findings: Findings) -> str:
    return _rendered("findings", findings=finding_rows(findings))


@html.register
def _layer(geometry: LayerGeometry) -> str:
    layer = settings_of(geometry)
    if layer is None:
        return _rendered("axes", kind=geometry.kind, axes=geometry.axes)
    drawable = len(layer.sizes) < 3 and max(*layer.sizes, *geometry.output_shape) <= _LARGEST_DRAWN
    return _rendered(
        "layer",
        facts=facts(layer),
        rows=axis_rows(layer),
        picture=Markup(layer_svg(layer, styled=False)) if drawable else "",  # noqa: S704 -- made here, words in it escaped
        style=_STYLE,
    )


def model_html(name: str, layers: tuple[LayerRecord, ...], extents: tuple[int, ...]) -> str:
    """Return a model, layer by layer."""
    svg = stack_svg(layers, extents, name, styled=False)
    return _rendered(
        "model",
        header=LAYERS,
        rows=model_rows(layers),
        warnings=model_warnings(layers, extents),
        picture=Markup(svg),  # noqa: S704 -- made here, words in it escaped
        style=_STYLE,
    )
