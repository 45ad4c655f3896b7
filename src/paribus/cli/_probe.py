"""`paribus probe`."""

import ast
import sys
from typing import Any

from paribus.cli._options import DEFAULT_STORE, ExecutorName, Store, make_executor, result_console
from paribus.errors import StudyError


def probe(
    study: str,
    name: str,
    /,
    *options: str,
    store: Store = DEFAULT_STORE,
    executor: ExecutorName = "processes",
    workers: int | None = None,
) -> int:
    """Measure a probe on a study's stored runs, and show the result with it. Nothing is trained.

    The runs' weights must have been kept (`paribus run --keep-weights`, or Study(keep_weights=True)), and the study's code must build the arms
    as they were trained: an arm that has changed is named and left out. Test data are read, and nothing is selected by what comes out.

    Args:
        study: Built-in name, file.py, or file.py:name.
        name: A probe: shift_accuracy, shift_consistency, the same of rotation, scale, noise and occlusion, equivariance, calibration_error,
            brier_score, wrong_confidence, latency, throughput; or file.py:name of your own.
        options: Of the probe, as pixels=2 or border=edge.
        executor: As in `paribus run`.
        workers: As in `paribus run`.
    """
    from paribus import lab, studies
    from paribus.progress import Lines
    from paribus.report import terminal

    declared, measured = studies.study(study), studies.probe(name, **dict(map(_option, options)))
    spread_over = make_executor(
        executor, workers=workers, address=None, cpus=None, gpus=None, time_limit=None, memory_limit=None
    )
    progress = Lines(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 -- as it happens
    result = lab.probe(declared, measured, store=store, executor=spread_over, watcher=progress)
    result_console().print(terminal(result.analysis), highlight=False)
    return 0


def _option(words: str) -> tuple[str, Any]:
    """Return ("pixels", 2) for "pixels=2", and ("border", "edge") for "border=edge"."""
    name, equals, value = words.partition("=")
    if not (name and equals):
        raise StudyError(f"{words}: give an option of the probe as name=value, as pixels=2.")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value
