"""Two studies side by side."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from paribus import lab
from paribus.app._comparison import arm_pairs, contrast_pairs, differing
from paribus.app._pages import page
from paribus.errors import StoreError
from paribus.lab import Result
from paribus.report.figures import FIGURES
from paribus.report.html import PanelView, panel_view
from paribus.store import StudyListing


def compare(request: Request) -> Response:
    """Show two studies side by side, and which there are to choose from."""
    store = request.app.state.shelf.store
    try:
        listings = lab.listings(store=store)
    except StoreError as error:
        return page(request, "compare.html", absence=str(error), listings=(), chosen=())
    chosen = _chosen(request, listings)
    shown = _compared(*(lab.show(each, store=store) for each in chosen)) if chosen else {}
    return page(request, "compare.html", absence="", listings=listings, chosen=chosen, **shown)


def _chosen(request: Request, listings: Sequence[StudyListing]) -> tuple[str, str] | tuple[()]:
    """Return the two that are asked for; the two run last by default."""
    ids = [listing.record.study_id for listing in listings]
    if len(ids) < 2:
        return ()
    first = request.query_params.get("a", ids[0])
    second = request.query_params.get("b", next(each for each in ids if each != first))
    return first, second


def _compared(first: Result, second: Result) -> dict[str, Any]:
    both = (first.analysis, second.analysis)
    return {
        "studies": [each.study for each in both],
        "differing": differing(*both),
        "arms": arm_pairs(*both),
        "contrasts": contrast_pairs(*both),
        "charts": [_charts(first, "first"), _charts(second, "second")],
    }


def _charts(result: Result, which: str) -> list[PanelView]:
    """Return a study's differences, under keys that are its own on the page."""
    figure = FIGURES["differences"]
    views = (panel_view(figure, panel, place) for place, panel in enumerate(figure.panels(result.material)))
    return [view._replace(key=f"{which}-{view.key}") for view in views]
