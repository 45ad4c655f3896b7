"""Whether a worker's memory stays flat: its resident set after each of a hundred runs.

Usage: python benchmarks/memory.py [runs]

Trains the article's arm with max pooling, one epoch of 1,280 images per run, each with another seed, in one process.
"""

import gc
import os
import sys
from dataclasses import replace

import numpy as np

from paribus import studies
from paribus.executors._processes import resident_bytes
from paribus.lab import audit
from paribus.plan import plan
from paribus.train import Assignment, Trainer

DEFAULT_RUNS, EVERY = 100, 10
MIB = 2**20


def main(runs: int) -> None:
    """Print the resident set after every tenth run, and its slope."""
    article = studies.study("convolution")
    study = replace(
        article,
        dataset=article.dataset.thinned(train=1_280, validation=128, test=128),
        recipe=replace(article.recipe, epochs=1),
        seeds=runs,
    )
    trainer = Trainer(study)
    after: list[float] = []
    specs = [spec for spec in plan(audit(study).study, study.seed_list) if spec.arm == "max pooling"]
    for number, spec in enumerate(specs, start=1):
        trainer(Assignment(spec), lambda _message: None)
        gc.collect()
        after.append(resident_bytes(os.getpid()) / MIB)
        if number in {1, 2} or number % EVERY == 0:
            print(f"after run {number:4}: {after[-1]:8.1f} MiB", flush=True)
    half = len(after) // 2
    slope = float(np.polyfit(np.arange(half, len(after)), after[half:], 1)[0])
    print(f"second half: {slope:+.4f} MiB per run")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_RUNS)
