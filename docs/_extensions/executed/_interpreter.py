"""The interpreter of a page's cells: a line of JSON in, a line of JSON out, for every cell. Run as a script."""

import ast
import io
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import Any


def executed(code: str, names: dict[str, Any]) -> dict[str, str]:
    """Execute a cell as a notebook does: all of it, and then show its last expression."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            value = _last_value(code, names)
    except Exception:  # noqa: BLE001 -- a cell may raise anything, and the page says what
        lines = traceback.format_exc().splitlines()
        return {"printed": printed.getvalue(), "error": "\n".join(lines), "last": lines[-1]}
    if value is None:
        return {"printed": printed.getvalue()}
    shown = {"printed": printed.getvalue(), "text": repr(value)}
    if hasattr(value, "_repr_html_"):
        shown["html"] = value._repr_html_()
    return shown


def _last_value(code: str, names: dict[str, Any]) -> Any:
    tree = ast.parse(code)
    last = tree.body.pop()
    if not isinstance(last, ast.Expr):
        tree.body.append(last)
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 -- the documentation's own cells
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307 -- the same


def main() -> None:
    """Answer until nobody asks."""
    sys.path.insert(0, "")
    answers, names = sys.stdout, {"__name__": "__main__"}
    for line in sys.stdin:
        print(json.dumps(executed(json.loads(line), names)), file=answers, flush=True)


if __name__ == "__main__":
    main()
