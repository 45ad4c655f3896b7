"""What paribus itself costs per run: everything but the training, which a stub stands for.

Usage: python benchmarks/scheduling.py [runs ...]     (by default 1000 2000 4000 10000)

For each number of runs, a study of two arms goes through the conductor, two worker processes, the store,
the analysis and the report. Linear cost shows as a constant last column.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import paribus as pb
from paribus import lab, spread
from paribus.executors import Executor, Inline, Processes
from paribus.progress import Lines
from paribus.records import Cost, EpochRecord, FinalScore, RunRecord, RunSpec, Status
from paribus.train import Assignment, OfRun, environment

DEFAULT_RUNS = (1_000, 2_000, 4_000, 10_000)
EPOCHS, TESTED = 10, 10_000


@dataclass
class StubGroups:
    """Returns records of runs that never were, as large as those of the article's study."""

    study: pb.Study
    checkpoint_seconds: float = 60.0

    def __call__(self, assignments: Sequence[Assignment], tell: Any) -> None:
        """Tell of every epoch and every record."""
        for assignment in assignments:
            tell(self.record(assignment.spec, tell))

    def record(self, spec: RunSpec, tell: Any) -> RunRecord:
        """Return a run's record, and tell of its epochs."""
        rng = np.random.default_rng(spec.seed)
        epochs = tuple(
            EpochRecord(
                epoch=epoch,
                loss=1 / epoch,
                accuracy=0.9,
                validation_loss=0.5,
                validation_accuracy=0.9,
                train_seconds=0.0,
            )
            for epoch in range(1, EPOCHS + 1)
        )
        for epoch in epochs:
            tell(OfRun(spec, epoch))
        correct = rng.random(TESTED) < 0.9
        test = FinalScore(
            loss=0.5, accuracy=float(correct.mean()), n=TESTED, correct_bits=np.packbits(correct).tobytes()
        )
        return RunRecord(
            spec=spec,
            status=Status.COMPLETED,
            reason="",
            epochs=epochs,
            test=test,
            order_hash="",
            replaced_layers=(),
            cost=Cost(wall_seconds=0.0, compile_seconds=0.0, step_seconds=0.0, peak_memory_bytes=0),
            environment=environment(),
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def build(input_shape: tuple[int, ...], classes: int, *, bias: bool = True) -> Any:
    """Build the smallest model there is."""
    import keras

    output = keras.layers.Dense(classes, activation="softmax", use_bias=bias)
    return keras.Sequential([keras.Input(input_shape), output])


def study(runs: int) -> pb.Study:
    """Return a study of two arms and so many runs."""
    x, y = np.eye(4).repeat(10, axis=0), np.arange(4).repeat(10)
    return pb.Study(
        name="scheduling",
        question="What does a run cost that takes no time?",
        arms=(pb.Arm("one", build), pb.Arm("other", partial(build, bias=False))),
        dataset=pb.datasets.arrays(x, y, x, y, validation_split=0.1),
        recipe=pb.Recipe(epochs=EPOCHS, batch_size=8),
        seeds=runs // 2,
    )


def seconds(runs: int, executor: Executor) -> float:
    """Return how long so many runs take, from the study to its report."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        began = time.perf_counter()
        result = lab.run(
            study(runs),
            store=Path(folder) / "paribus.db",
            executor=executor,
            watcher=Lines(lambda line: print(line, file=log, flush=True)),
        )
        took = time.perf_counter() - began
    if len(result.records) != runs:
        raise RuntimeError(f"{len(result.records)} of {runs} runs were recorded")
    return took


def main(counts: tuple[int, ...]) -> None:
    """Print one line per executor and number of runs."""
    spread.Groups = StubGroups  # pyright: ignore -- the seam
    print(f"{'executor':10} {'runs':>7} {'seconds':>9} {'ms per run':>11}")
    for name, executor in (("inline", Inline()), ("processes", Processes(2))):
        seconds(10, executor)  # imports
        for runs in counts:
            took = seconds(runs, executor)
            print(f"{name:10} {runs:7,} {took:9.1f} {1000 * took / runs:11.2f}", flush=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or DEFAULT_RUNS)
