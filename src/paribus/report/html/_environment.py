"""Templates, and files that pages carry."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from paribus.report._visible import visible


def environment(packages: Sequence[str] = ()) -> Environment:
    """Return what renders templates: everything that comes from data is escaped, and what is not defined is an error.

    Args:
        packages: Whose `templates` are looked through before the report's own.
    """
    loaders: list[BaseLoader] = [PackageLoader(package) for package in (*packages, "paribus.report.html")]
    return Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalized(shown: object) -> object:
    """Return what is written of a value: characters that would change what stands around it are written out."""
    if isinstance(shown, Markup):
        return Markup(visible(str(shown)))  # noqa: S704 -- as safe as it was: no character with a meaning in HTML comes in
    return visible(shown) if isinstance(shown, str) else shown


@cache
def asset(name: str) -> str:
    """Return a style or script of the report."""
    return files("paribus.report.html").joinpath("assets", name).read_text(encoding="utf-8")
