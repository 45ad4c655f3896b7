"""The commands that write what people look at: `report` and `figure`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.text import Text

from paribus.cli._options import DEFAULT_STORE, Store, result_console, stored_name
from paribus.cli._say import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_UNWANTED = " /\\:"
_DOTS_PER_INCH = 200


def report(
    study: str | None = None,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    store: Store = DEFAULT_STORE,
) -> int:
    """Write a stored study's report: one HTML file that opens anywhere, or Markdown with its figures beside it.

    The question, verdicts in words, what speaks against the comparison, figures, every seed's score, the arms' geometry, methods with
    references, and how to reproduce it. The HTML file needs no network and no server; nothing is trained, and Keras is not needed.

    Args:
        study: Name or id of a stored study, or its file; the one run last by default.
        output: The file, ending in .html or .md; the study's name and .html by default.
    """
    from paribus import lab

    result = lab.show(stored_name(study), store=store)
    name = result.analysis.study.name.translate(str.maketrans(dict.fromkeys(_UNWANTED, "-")))
    file = result.report(output or Path(f"{name}.html"))
    say(
        result_console(),
        f"{file}: {file.stat().st_size / 1e6:.1f} MB; open it in a browser."
        if file.suffix == ".html"
        else str(file),
    )
    return 0


def figure(
    study: str | None = None,
    name: str | None = None,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    store: Store = DEFAULT_STORE,
) -> int:
    """Draw a figure of a stored study for a paper: PNG, SVG or PDF. Without a name, say which figures there are.

    Args:
        study: Name or id of a stored study, or its file; the one run last by default.
        name: differences, scores, curves, costs, looks, classes or examples.
        output: The file; its ending decides the format. The figure's name and .png by default.
    """
    from paribus import lab
    from paribus.report import FIGURES, table

    result = lab.show(stored_name(study), store=store)
    console = result_console()
    if name is None:
        there = [figure for figure in FIGURES.values() if figure.panels(result.material)]
        console.print(
            table(("figure", "shows"), [(each.name, each.caption) for each in there], numeric=set())
        )
        console.print(Text("paribus figure STUDY FIGURE -o figure.pdf draws one."))
        return 0
    file = output or Path(f"{name}.png")
    _save(result.figure(name), file)
    say(console, str(file))
    return 0


def _save(drawn: "Figure", file: Path) -> None:
    from paribus.errors import ReportError, listed
    from paribus.report import save_figure

    kind, kinds = file.suffix[1:].lower(), drawn.canvas.get_supported_filetypes()
    if kind not in kinds:
        raise ReportError(f"{file} has no ending that can be drawn; there are {listed(kinds)}.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        save_figure(drawn, file, kind, dots_per_inch=_DOTS_PER_INCH)
    except OSError as error:
        raise ReportError(f"{file} could not be written: {error.strerror or error}.") from error
