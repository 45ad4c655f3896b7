"""Templates to responses."""

from functools import cache
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

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
