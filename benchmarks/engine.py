"""Seconds per epoch of the article's arms: paribus beside Keras' `fit` on JAX, TensorFlow and Torch, interleaved.

    python benchmarks/engine.py --python tensorflow=.venv-tensorflow/bin/python --python torch=.venv-torch/bin/python

`make bench` makes those environments and runs it. Each contestant is a process of its own, a new one for each arm. In each
repeat every one trains one epoch, one after the other, while the rest idle: how little they did is measured and printed.

- `fit` runs in a plain process, in one call of many epochs, on NumPy arrays of the examples and one-hot labels, with
  `metrics=["accuracy"]` and `verbose=0`. A backend that its interpreter lacks is listed as not installed.
- paribus runs its engine as its trainer does: in one process, and in as many worker processes as `paribus run` starts.

Nobody validates. The environment is the caller's (paribus' workers set their own, as always), but for an empty folder for
caches, so that a first epoch compiles. Nothing is asserted; run it on a machine that does nothing else. To see that it works,
`--images 512 --repeats 2` takes a few minutes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from contestants import SCRIPT, SERVE, environment
from epochs import CONTESTANTS, Order, serve
from limits import limits
from race import Settings, race
from results import Benchmark

from paribus.executors import Processes

ARMS = ("dense", "conv", "max pooling", "average pooling")
IMAGES = 7_000
_LIMITS = "limits"
_BACKENDS = ("jax", "tensorflow", "torch")


def main(arguments: argparse.Namespace) -> None:
    """Measure, print, and write what is to be written."""
    settings = Settings(
        images=arguments.images,
        repeats=arguments.repeats,
        workers=arguments.workers or Processes().parallel,
        pythons=dict.fromkeys(_BACKENDS, sys.executable) | dict(arguments.python),
    )
    contestants = [each for each in CONTESTANTS if each.key in arguments.contestants]
    benchmark = Benchmark(settings=settings, limits=_measured_limits(settings.images), arms={})
    for arm in arguments.arms:
        benchmark.arms[arm] = race(arm, contestants, settings, watch=_watch)
        _write(benchmark, arguments)
    print(benchmark.markdown())


def _write(benchmark: Benchmark, arguments: argparse.Namespace) -> None:
    """Write what there is so far, so that a run that is broken off leaves its arms."""
    for path, text in ((arguments.json, benchmark.json()), (arguments.markdown, benchmark.markdown())):
        if path is not None:
            path.write_text(text, encoding="utf-8")


def _watch(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _measured_limits(images: int) -> dict[str, object]:
    """Measure in a process that has ended before the first contestant starts."""
    done = subprocess.run(  # noqa: S603 -- this very script
        [sys.executable, str(SCRIPT), _LIMITS, str(images)],
        env=environment() | {"KERAS_BACKEND": "jax"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def _be_contestant(order: str) -> None:
    """Take commands from standard input and answer on standard output, to which nothing else is printed."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(
        Order(**json.loads(order)),
        iter(sys.stdin.readline, ""),
        lambda answer: print(json.dumps(answer), file=answers, flush=True),
    )


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


def _parsed() -> argparse.Namespace:
    description, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=description, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    keys = [each.key for each in CONTESTANTS]
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=ARMS, metavar="ARM", help=", ".join(ARMS))
    parser.add_argument(
        "--contestants", nargs="+", choices=keys, default=keys, metavar="WHO", help=", ".join(keys)
    )
    parser.add_argument("--repeats", type=_positive, default=5, help="timed epochs per contestant")
    parser.add_argument("--images", type=_positive, default=IMAGES, help="at most 7,000, the article's")
    parser.add_argument(
        "--workers", type=_positive, help="worker processes of paribus; as `paribus run` by default"
    )
    parser.add_argument(
        "--python",
        type=_interpreter,
        action="append",
        default=[],
        metavar="BACKEND=PROGRAM",
        help="the interpreter of `fit` on that backend; this one by default",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="every single time")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the tables that are printed")
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == [SERVE]:
        _be_contestant(sys.argv[2])
    elif sys.argv[1:2] == [_LIMITS]:
        print(json.dumps(limits(int(sys.argv[2]))))
    else:
        main(_parsed())
