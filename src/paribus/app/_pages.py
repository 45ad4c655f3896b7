"""Templates and data to responses."""

import hashlib
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from paribus.report.html import environment


@cache
def _environment() -> Environment:
    return environment(("paribus.app",))


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a rendered template; `here` is the path of the request.

    Args:
        request: What is answered.
        template: Name of a template of the app or of the report.
        status: HTTP status.
        context: What the template says.
    """
    made = _environment().get_template(template).render(here=request.url.path, **context)
    return HTMLResponse(made, status_code=status)


def json_answer(value: Any) -> Response:
    """Return plain data; what is not finite is null."""
    return Response(msgspec.json.encode(value, enc_hook=str), media_type="application/json")


def stamp(*shown: object) -> str:
    """Return a word for an address that is another one whenever what is shown is."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def unchanged() -> Response:
    """Return that there is nothing to show that the page does not show already."""
    return Response(status_code=204)
