"""What the benchmarks of training share: arguments, the machine's limits, and the race itself."""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from contestants import environment
from epochs import CONTESTANTS
from race import Settings, race
from results import Benchmark

from paribus.executors import Processes

ARMS = ("dense", "conv", "max pooling", "average pooling")
IMAGES = 7_000
_LIMITS = Path(__file__).with_name("limits.py")
_BACKENDS = ("jax", "tensorflow", "torch")


def measured(
    arguments: argparse.Namespace, *, validation: int, render: Callable[[Benchmark], str]
) -> Benchmark:
    """Race on every arm that is asked for, and write what is to be written after each, so that nothing is lost.

    Args:
        arguments: Of `parser`.
        validation: Images that are scored after each epoch.
        render: Returns the Markdown of what there is so far.
    """
    settings = Settings(
        images=arguments.images,
        validation=validation,
        repeats=arguments.repeats,
        workers=arguments.workers or Processes().parallel,
        pythons=dict.fromkeys(_BACKENDS, sys.executable) | dict(arguments.python),
    )
    contestants = [each for each in CONTESTANTS if each.key in arguments.contestants]
    benchmark = Benchmark(settings=settings, limits=_measured_limits(settings), arms={})
    for arm in arguments.arms:
        benchmark.arms[arm] = race(arm, contestants, settings, watch=_watch)
        for path, text in ((arguments.json, benchmark.json()), (arguments.markdown, render(benchmark))):
            if path is not None:
                path.write_text(text, encoding="utf-8")
    return benchmark


def parser(text: str, keys: Sequence[str], *, repeats: int) -> argparse.ArgumentParser:
    """Return a parser of a benchmark's arguments.

    Args:
        text: The module's docstring.
        keys: The contestants that there are.
        repeats: Timed epochs, by default.
    """
    description, _, details = text.partition("\n")
    made = argparse.ArgumentParser(
        description=description, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--arms", nargs="+", choices=ARMS, default=ARMS, metavar="ARM", help=", ".join(ARMS))
    made.add_argument(
        "--contestants", nargs="+", choices=keys, default=keys, metavar="WHO", help=", ".join(keys)
    )
    made.add_argument("--repeats", type=_positive, default=repeats, help="timed epochs per contestant")
    made.add_argument("--images", type=_positive, default=IMAGES, help="at most 7,000, the article's")
    made.add_argument(
        "--workers", type=_positive, help="worker processes of paribus; as `paribus run` by default"
    )
    made.add_argument(
        "--python",
        type=_interpreter,
        action="append",
        default=[],
        metavar="BACKEND=PROGRAM",
        help="the interpreter of `fit` on that backend; this one by default",
    )
    made.add_argument("--json", type=Path, metavar="FILE", help="every single time")
    made.add_argument("--markdown", type=Path, metavar="FILE", help="the tables that are printed")
    return made


def _watch(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _measured_limits(settings: Settings) -> dict[str, object]:
    """Measure in a process that has ended before the first contestant starts."""
    done = subprocess.run(  # noqa: S603 -- a script beside this one
        [sys.executable, str(_LIMITS), str(settings.images), str(settings.validation)],
        env=environment() | {"KERAS_BACKEND": "jax"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _interpreter(text: str) -> tuple[str, str]:
    backend, _, python = text.partition("=")
    if backend not in _BACKENDS or shutil.which(python) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not {'|'.join(_BACKENDS)}=PROGRAM of a program that exists"
        )
    return backend, python
