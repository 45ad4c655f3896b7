"""All pages under one application."""

from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from paribus.app import _assets, _compare, _geometry, _studies, _study
from paribus.app._guard import Guard, known_hosts
from paribus.app._pages import page
from paribus.app._shelf import Shelf
from paribus.errors import ParibusError, StoreError


def make_app(store: str | Path, *, hosts: Iterable[str] | None = None, token: str | None = None) -> Starlette:
    """Return the web application over a store, which it only reads.

    Args:
        store: SQLite file or database URL; it may not be there yet.
        hosts: Names that the Host header may hold, "*" being any address in numbers; those of loopback by default.
        token: What has to be shown; nothing by default.
    """
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Guard, hosts=tuple(hosts or known_hosts("127.0.0.1")), token=token)],
        exception_handlers={ParibusError: _told, HTTPException: _missing},
    )
    app.state.shelf = Shelf(str(store))
    return app


def _routes() -> list[BaseRoute]:
    return [
        Route("/", _studies.studies_page),
        Route("/study/{study_id}.json", _study.as_json),
        Route("/study/{study_id}", _study.study),
        Route("/study/{study_id}/progress", _study.progress),
        Route("/study/{study_id}/curves", _study.curves),
        Route("/study/{study_id}/result", _study.result),
        Route("/study/{study_id}/figures", _study.figures),
        Route("/study/{study_id}/report", _study.report),
        Route("/compare", _compare.compare),
        Route("/geometry", _geometry.geometry),
        Route("/geometry.json", _geometry.geometry_json),
        Route("/assets/{name}", _assets.asset),
    ]


def _told(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, StoreError) else 400
    return page(request, "error.html", status=status, title="That cannot be shown", sentence=str(error))


def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = "There is no such page" if status == 404 else "That cannot be shown"
    sentence = "The pages are: studies, compare, geometry." if status == 404 else str(error)
    return page(request, "error.html", status=status, title=title, sentence=sentence)
