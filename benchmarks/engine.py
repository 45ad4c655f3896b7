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

from driver import measured, parser
from results import Benchmark

KEYS = ("inline", "processes", "no-kernels", "fit-jax", "fit-tensorflow", "fit-tensorflow-nojit", "fit-torch")

if __name__ == "__main__":
    arguments = parser(__doc__ or "", KEYS, repeats=5).parse_args()
    print(measured(arguments, validation=0, render=Benchmark.markdown).markdown())
