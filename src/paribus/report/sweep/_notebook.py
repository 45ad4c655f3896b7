"""A sweep as a notebook shows it: tables, sentences and one picture; no scripts."""

import base64
import io
from functools import cache

from jinja2 import Environment

from paribus.analyse import SweepAnalysis
from paribus.errors import ReportError
from paribus.report.html import environment
from paribus.report.sweep._figure import sweep_figure
from paribus.report.sweep._rows import cell_rows, rate_rows, saving_rows, tuned_rows
from paribus.report.sweep._terminal import CELLS, RATES, SAVINGS, TUNED
from paribus.report.sweep._words import (
    capital,
    crossover_sentence,
    headline,
    limit_sentence,
    overall_sentence,
    saving_title,
    sweep_protocol,
    sweep_scope,
    tuned_cautions,
    tuned_sentences,
    weighty_limits,
)

_DOTS_PER_INCH = 90


@cache
def _environment() -> Environment:
    return environment(("paribus.report.sweep",))


def sweep_html(analysis: SweepAnalysis) -> str:
    """Return what a notebook shows of a sweep."""
    tuned = analysis.tuned
    return (
        _environment()
        .get_template("notebook_sweep.html")
        .render(
            headline=headline(analysis),
            protocol=sweep_protocol(analysis),
            limits=[limit_sentence(limit, analysis) for limit in weighty_limits(analysis)],
            picture=_picture(analysis),
            described=f"Curves of {', '.join(arm.name for arm in analysis.studies[0].arms)}",
            contrasts=[
                (
                    each.contrast.label,
                    cell_rows(analysis, each),
                    [capital(overall_sentence(each, analysis)), crossover_sentence(each, analysis)],
                    saving_title(each),
                    saving_rows(each, analysis),
                )
                for each in analysis.contrasts
            ],
            cells=(analysis.sweep.over, *CELLS),
            saving_header=SAVINGS,
            rates=rate_rows(tuned) if tuned else (),
            rate_header=RATES,
            tuned=tuned_rows(tuned) if tuned else (),
            tuned_header=TUNED,
            cautions=list(tuned_cautions(tuned)) if tuned else [],
            tuned_sentences=list(tuned_sentences(tuned)) if tuned else [],
            scope=sweep_scope(analysis) if analysis.contrasts else "",
        )
    )


def _picture(analysis: SweepAnalysis) -> str:
    """Return the curves as PNG in base64; empty without a completed run."""
    drawn = io.BytesIO()
    try:
        sweep_figure(analysis).savefig(drawn, format="png", dpi=_DOTS_PER_INCH)
    except ReportError:
        return ""
    return base64.b64encode(drawn.getvalue()).decode()
