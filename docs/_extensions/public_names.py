"""Types by the names that users import, wherever they are defined."""

from functools import cache
from pkgutil import resolve_name
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_OURS = "paribus."
_SENTENCES: dict[str, list[str]] = {}


def public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.Node | None:
    """Resolve a type to where it is documented, and show those that are documented nowhere here as they are.

    A name that users can import and that is misspelt is still a warning; a type of another library, or one of paribus' own that is not
    public, is no link.
    """
    if node.get("refdomain") != "py":
        return None
    wanted: str = node["reftarget"]
    if name := _documented(env, wanted):
        domain = env.domains.python_domain
        return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", name, node, shown)
    is_public = wanted.startswith(_OURS) and "._" not in wanted
    return None if is_public else shown


def _documented(env: BuildEnvironment, wanted: str) -> str | None:
    """Return the name under which what is defined elsewhere is documented."""
    last = wanted.rpartition(".")[2]
    for name in env.domains.python_domain.objects:
        if name.rpartition(".")[2] == last and (wanted == last or _home(name) == wanted):
            return name
    return None


@cache
def _home(name: str) -> str:
    """Return by which name a documented object is defined."""
    try:
        found = resolve_name(name)
    except (ImportError, AttributeError):  # a field of a frozen class, which has no value there
        return name
    return f"{getattr(found, '__module__', '')}.{getattr(found, '__qualname__', '')}"


def keep_sentence(
    _app: Sphinx, what: str, name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Keep what a property says: napoleon takes whatever stands before a colon for its type."""
    if what == "property":
        _SENTENCES[name] = list(lines)


def restore_sentence(
    _app: Sphinx, _what: str, name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Say it as it was, after napoleon."""
    lines[:] = _SENTENCES.pop(name, lines)


def readable_signature(
    _app: Sphinx,
    _what: str,
    _name: str,
    _obj: object,
    _options: object,
    signature: str | None,
    returned: str | None,
) -> tuple[str, str | None] | None:
    """Write defaults that are made anew as an ellipsis: Sphinx cannot read a signature otherwise."""
    return (signature.replace("<factory>", "..."), returned) if signature else None


def dashes(_app: Sphinx, doctree: nodes.document) -> None:
    """Write a dash between a parameter and what it is; everywhere else two dashes begin an option."""
    for text in list(doctree.findall(nodes.Text)):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(" \N{EN DASH} "))


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the build."""
    app.connect("missing-reference", public_name)
    app.connect("autodoc-process-docstring", keep_sentence, priority=100)
    app.connect("autodoc-process-docstring", restore_sentence, priority=900)
    app.connect("autodoc-process-signature", readable_signature)
    app.connect("doctree-read", dashes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
