"""A study's page: how it stands, its curves, and what may be concluded, each renewed while another process trains."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from paribus import lab
from paribus.app._live import beats_seen, epochs_seen, result_of, seen_of, standing, unfinished
from paribus.app._pages import json_answer, page, unchanged
from paribus.app._shelf import Shelf
from paribus.lab import Result, Watched
from paribus.report.figures import FIGURES, panels_of_curves
from paribus.report.html import context, panel_view, report_html

_NOT_HERE = "curves"
"""The figure that has a place of its own."""


def study(request: Request) -> Response:
    """Show a study's page."""
    watched = _watched(request)
    parts = _progress(request, watched) | _curves(request, watched) | _result(request, watched)
    return page(request, "study.html", watched=watched, **parts)


def progress(request: Request) -> Response:
    """Return how it stands, if that is not what the page shows."""
    return _renewed(request, "_progress.html", beats_seen, _progress)


def curves(request: Request) -> Response:
    """Return the learning curves, if they are not what the page shows."""
    return _renewed(request, "_curves.html", epochs_seen, _curves)


def result(request: Request) -> Response:
    """Return what may be concluded, if that is not what the page shows."""
    return _renewed(request, "_result.html", seen_of, _result)


def figures(request: Request) -> Response:
    """Return figures and scores, if they are not what the page shows."""
    return _renewed(request, "_figures.html", seen_of, _result)


def report(request: Request) -> Response:
    """Return the report: one file with everything in it, under a policy of its own."""
    found = _found(request)
    answer = HTMLResponse(report_html(found.material))
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"  # the rest is in the file
    if "download" in request.query_params:
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.analysis.study.study_id}.html"'
    return answer


def as_json(request: Request) -> Response:
    """Return what `paribus show --json` prints."""
    found = _found(request)
    return json_answer({"analysis": found.analysis, "looks": found.looks, "runs": found.records})


def _renewed(
    request: Request,
    template: str,
    seen: Callable[[Watched], str],
    made: Callable[[Request, Watched], dict[str, Any]],
) -> Response:
    watched = _watched(request)
    if request.query_params.get("seen") == seen(watched):
        return unchanged()
    return page(request, template, watched=watched, **made(request, watched))


def _progress(request: Request, watched: Watched) -> dict[str, Any]:
    return {"standing": standing(watched, _shelf(request)), "progress_seen": beats_seen(watched)}


def _curves(request: Request, watched: Watched) -> dict[str, Any]:
    found = result_of(watched, _shelf(request))
    going = unfinished(watched)
    ended = [record for record in found.records if record.epochs]
    study, note = found.analysis.study, "a quick look, not evidence" if found.analysis.study.quick else ""
    panels = panels_of_curves(study, [*ended, *going], note)
    figure = FIGURES[_NOT_HERE]
    return {
        "curve_panels": [panel_view(figure, panel, place) for place, panel in enumerate(panels)],
        "curve_caption": figure.caption,
        "under_way": len(going),
        "curves_seen": epochs_seen(watched),
    }


def _result(request: Request, watched: Watched) -> dict[str, Any]:
    found = result_of(watched, _shelf(request))
    told = context(found.material, pictures=False)
    told["figures"] = [view for view in told["figures"] if view.name != _NOT_HERE]
    return {**told, "result_seen": seen_of(watched)}


def _watched(request: Request) -> Watched:
    return lab.watched(request.path_params["study_id"], store=_shelf(request).store)


def _found(request: Request) -> Result:
    return result_of(_watched(request), _shelf(request))


def _shelf(request: Request) -> Shelf:
    return request.app.state.shelf
