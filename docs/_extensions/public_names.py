"""Types by the names that users import, wherever they are defined."""

import re
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_FOREIGN = re.compile(
    r"^(numpy|np|npt|altair|alt|matplotlib|keras|collections|pathlib|typing|NDArray|Path|Any|Axes|PaperFigure|Figure)\b"
)


def public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.Node | None:
    """Resolve a reference to a private module to what is documented under the same last name."""
    if node.get("refdomain") != "py":
        return None
    wanted: str = node["reftarget"]
    if _FOREIGN.match(wanted) or wanted in dir(__builtins__):
        return shown
    last = wanted.rpartition(".")[2]
    found = [name for name in env.domains.python_domain.objects if name.rpartition(".")[2] == last]
    if len(found) != 1:
        return None
    return env.domains.python_domain.resolve_xref(
        env, node["refdoc"], app.builder, node["reftype"], found[0], node, shown
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the build."""
    app.connect("missing-reference", public_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
