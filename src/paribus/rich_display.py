"""What notebooks and terminals show of an object.

Renderers are in `paribus.report.notebook`, far above what they show; they are found by name when one asks, so that nouns know
nothing of pages.
"""

from importlib import import_module


def html(shown: object) -> str:
    """Return an object as HTML."""
    return import_module("paribus.report.notebook").html(shown)


def text(shown: object) -> str:
    """Return an object in words."""
    return import_module("paribus.report.notebook").text(shown)
