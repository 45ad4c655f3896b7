"""The list of studies."""

import time
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from paribus import lab, studies
from paribus.app._pages import page, stamp, unchanged
from paribus.errors import StoreError
from paribus.lab import Watched
from paribus.store import StudyListing


class StudyRow(NamedTuple):
    """A study as the list shows it; `state` is "going", "done" or "open"."""

    study_id: str
    name: str
    question: str
    arms: str
    runs: str
    state: str
    said: str
    last_run: str


def studies_page(request: Request) -> Response:
    """Show all stored studies, the one run last first; what the page shows already is not sent again."""
    store = request.app.state.shelf.store
    try:
        found, absence = lab.all_watched(store=store), ""
    except StoreError as error:
        found, absence = (), str(error)
    rows = tuple(map(_row, found))
    seen = stamp(rows, absence)
    if request.query_params.get("seen") == seen:
        return unchanged()
    return page(
        request, "studies.html", rows=rows, absence=absence, store=store, built_in=studies.names(), seen=seen
    )


def _row(watched: Watched) -> StudyRow:
    listing = watched.listing
    state, said = _state(watched, listing)
    return StudyRow(
        study_id=listing.record.study_id,
        name=f"{listing.record.name} (a quick look)" if listing.record.quick else listing.record.name,
        question=listing.record.question,
        arms=", ".join(arm.name for arm in listing.record.arms),
        runs=f"{listing.ended} of {listing.planned}",
        state=state,
        said=said,
        last_run=listing.last_run_at[:16].replace("T", " "),
    )


def _state(watched: Watched, listing: StudyListing) -> tuple[str, str]:
    bulletin = watched.bulletins.read()
    if bulletin is not None and bulletin.under_way(time.time()):
        return "going", f"training, {bulletin.snapshot.time_left}".rstrip(", ")
    if listing.ended >= listing.planned:
        return "done", "complete"
    return "open", "not complete; nobody trains"
