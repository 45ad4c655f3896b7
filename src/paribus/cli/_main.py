"""The program: one function per command, and one place where errors become sentences."""

import io
import os
import sys
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console

from paribus.cli._conclude import cite, gate, plan
from paribus.cli._export import export
from paribus.cli._geometry import app as geometry
from paribus.cli._probe import probe
from paribus.cli._read import audit, doctor, ls, show
from paribus.cli._report import figure, report
from paribus.cli._run import run
from paribus.cli._sweep import sweep
from paribus.cli._ui import ui
from paribus.cli._watch import watch
from paribus.errors import ParibusError

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

app = App(
    name="paribus",
    help="""Controlled comparisons of neural-network architectures in Keras 3: all else equal.

    A study is the name of a built-in one (`convolution`), a Python file (`my_study.py`), or a study in a file
    (`my_study.py:wide`).

    First steps: `paribus audit convolution` looks without training, `paribus run convolution --quick` takes about a
    minute, `paribus run convolution` answers the question.
    """,
    help_epilogue="Exit codes: 0 done; 1 some runs or checks failed, or harm; 2 something for you to mend; 3 inconclusive (`gate`); 130 interrupted by Ctrl-C; "
    "143 ended by SIGTERM.",
    result_action="return_value",
)
for command in (
    run,
    sweep,
    watch,
    audit,
    show,
    report,
    figure,
    ui,
    export,
    plan,
    gate,
    cite,
    probe,
    ls,
    doctor,
):
    app.command(command)
app.command(geometry)


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> Any:
    """Run a command.

    Args:
        tokens: The command line.
        debug: Show the traceback of an error.
    """
    try:
        return app(tokens)
    except ParibusError as error:
        if debug:
            raise
        Console(stderr=True).print(
            _sentences(error), style="red", markup=False, highlight=False, soft_wrap=True
        )
        return EXIT_USER_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `paribus show | head`: whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except Exception:
        if tokens[:1] != ("gate",):
            raise
        Console(stderr=True).print_exception()  # a defect; its exit code must not be that of harm
        return EXIT_USER_ERROR


def main() -> None:
    """Run the program and exit."""
    app.meta.help = app.help
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a terminal without Unicode gets question marks, not a traceback
            stream.reconfigure(errors="replace")
    result = app.meta(result_action="return_value")
    sys.exit(result if isinstance(result, int) else 0)


def _sentences(error: ParibusError) -> str:
    return f"{type(error).__name__}: {error}"
