"""Templates, and files that pages carry."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined


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
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def asset(name: str) -> str:
    """Return a style or script of the report."""
    return files("paribus.report.html").joinpath("assets", name).read_text(encoding="utf-8")
