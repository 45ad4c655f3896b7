"""Styles and scripts, all of them inside the package."""

from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from paribus.report.geometry import STYLE

_TYPES = {".css": "text/css", ".js": "text/javascript", ".txt": "text/plain"}
_PLACES = {
    "paribus.css": "paribus.report.html",
    "vega.js": "paribus.report.html",
    "charts.js": "paribus.report.html",
    "LICENSES.txt": "paribus.report.html",
    "app.css": "paribus.app",
    "app.js": "paribus.app",
    "explorer.js": "paribus.app",
    "htmx.min.js": "paribus.app",
}


def asset(request: Request) -> Response:
    """Return a file of the package."""
    name = request.path_params["name"]
    if name == "geometry.css":
        return Response(STYLE, media_type=_TYPES[".css"])
    if name not in _PLACES:
        raise HTTPException(404)
    return Response(
        _content(name), media_type=_TYPES[name[name.rindex(".") :]], headers={"Cache-Control": "no-cache"}
    )


@cache
def _content(name: str) -> bytes:
    return files(_PLACES[name]).joinpath("assets", name).read_bytes()
