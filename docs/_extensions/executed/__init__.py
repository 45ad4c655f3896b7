"""Examples that the program itself answers while the documentation is built, and commands that are known to exist.

    ```{shell}
    paribus audit my_study.py
    ```

runs the command in a folder of the page's own, beside copies of `docs/examples`, and shows what it prints. `{python}` does the same with
the cells of a notebook. A page that goes on from another command says so in a comment: `<!-- after: paribus run my_study.py -->`.
"""

import re
from typing import Any

from sphinx.application import Sphinx

from executed._commands import check_commands
from executed._directives import Executed, PythonCell, ShellBlock
from executed._workshop import Workshops

_AFTER = re.compile(r"<!-- after: (.+?) -->")


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the build."""
    workshops = Executed.workshops = Workshops(app.srcdir / "examples")

    def open_page(_app: Sphinx, docname: str, source: list[str]) -> None:
        workshops.enter(docname, _AFTER.findall(source[0]))

    def close_page(_app: Sphinx, _doctree: object) -> None:
        workshops.leave()

    def close_all(_app: Sphinx, _error: Exception | None) -> None:
        workshops.close()

    app.add_config_value("executed_to_come", (), "env")
    app.add_directive("shell", ShellBlock)
    app.add_directive("python", PythonCell)
    app.connect("source-read", open_page)
    app.connect("doctree-read", close_page)
    app.connect("doctree-read", check_commands)
    app.connect("build-finished", close_all)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
