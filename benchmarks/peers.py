"""Seconds of the article's whole study, one seed, ten epochs with validation: paribus beside everything one would pick instead.

    python benchmarks/peers.py --python tensorflow=.venv-tensorflow/bin/python --python torch=.venv-torch/bin/python

`make peers` makes those environments and runs it. Who takes part: paribus in worker processes and in one process, with and without native kernels;
Keras' `fit` on JAX, TensorFlow (as it comes, and without its just-in-time compiler) and Torch; PyTorch written by hand, eager and
compiled, in one process on all cores and in a process per core; JAX written by hand. Each is a process (or one per core) of its own,
a new one for each arm. They train one epoch in turn, the others idle, until everyone has trained ten and validated after each.

A study's seconds are ten times the median epoch of each arm, so no compilation is in them; what it takes is told beside. Accuracy is
that in validation after the tenth epoch, so that nobody wins by doing less. Nothing is asserted; run it on a machine that does nothing else.
"""

from pathlib import Path

from driver import measured, parser
from epochs import CONTESTANTS
from peers_results import draw, markdown

VALIDATION = 3_000
EPOCHS = 10

if __name__ == "__main__":
    options = parser(__doc__ or "", [each.key for each in CONTESTANTS], repeats=EPOCHS - 1)
    options.add_argument("--figure", type=Path, metavar="FILE", help="the figure, as PNG, SVG or PDF")
    arguments = options.parse_args()
    benchmark = measured(arguments, validation=VALIDATION, render=markdown)
    print(markdown(benchmark))
    if arguments.figure:
        draw(benchmark, arguments.figure)
