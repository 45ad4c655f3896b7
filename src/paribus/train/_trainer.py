"""The loop: `fit`'s semantics, with every random stream named and test data touched once."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from paribus.memory import keep_memory
from paribus.records import RunRecord, RunSpec
from paribus.study import Study
from paribus.train._arms import Arms
from paribus.train._company import Company, DeviceSplit, Ended, Said
from paribus.train._environment import reset_peak_memory
from paribus.train._runs import Assignment, Message, Outcome, Run, Stopwatch, begin, crashed, ended
from paribus.train.engines import Engine, State, is_out_of_memory, most_seeds

Tell = Callable[[Message], None]
TellOf = Callable[[RunSpec, Message], None]


class _Started(NamedTuple):
    """A run at its beginning; `plain` if its engine serves other seeds, too."""

    run: Run
    engine: Engine
    state: State
    plain: bool
    compiled_before: float


class _Failed(NamedTuple):
    """What ended several runs at once; without the exception, which would hold on to the memory they took."""

    outcome: Outcome
    out_of_memory: bool


class Trainer:
    """Trains the runs of one study. An arm is compiled once, data lie on the device once.

    Args:
        study: What is trained.
        checkpoint_seconds: Runs that take longer are checkpointed after every epoch.
    """

    def __init__(self, study: Study, *, checkpoint_seconds: float = 60.0) -> None:
        keep_memory()
        self._study = study
        self._checkpoint_seconds = checkpoint_seconds
        self._arms = Arms(study)
        self._splits: dict[str, DeviceSplit] = {}

    def __call__(self, assignment: Assignment, tell: Tell) -> RunRecord:
        """Train one run and return how it ended; a run that goes wrong is a record too.

        Args:
            assignment: What to train. From a checkpoint, it ends as if it had never stopped, to the last bit.
            tell: Told of every epoch as it ends, of every checkpoint, and of weights that are to be kept.
        """
        return next(self.train((assignment,), lambda _, message: tell(message)))

    def train(self, assignments: Sequence[Assignment], tell: TellOf) -> Iterator[RunRecord]:
        """Train runs of one arm, as many at once as the engine can and the device has memory for.

        Every run draws from its own streams, and ends as it would alone but for the rounding of sums. Those train together
        that have as many epochs behind them.

        Args:
            assignments: What to train: one arm, with seeds that differ.
            tell: Told of every epoch of every run as it ends, and of every checkpoint; once more, where several runs fail
                together and begin again in smaller company.

        Yields:
            How a run ended, as soon as it has.
        """
        runs = sorted((begin(self._study, each) for each in assignments), key=_epochs_done)
        for alike in [list(each) for _, each in groupby(runs, _epochs_done)]:
            yield from self._in_turns(alike, tell)

    def _in_turns(self, waiting: list[Run], tell: TellOf) -> Iterator[RunRecord]:
        """Train as many at once as go together, and fewer where that fails; a run that fails alone has crashed."""
        most = len(waiting)
        while waiting:
            group = waiting[:most]
            for event in _guarded(self._train(group)):
                if isinstance(event, Said):
                    tell(event.run.spec, event.message)
                elif isinstance(event, Ended):
                    waiting.remove(event.run)
                    yield ended(event.run, event.outcome, self._study.recipe.batch_size)
                elif (at_once := waiting[0].together) > 1:
                    most = at_once // 2 if event.out_of_memory else 1
                    for run in group:
                        run.restart()
                else:
                    yield ended(waiting.pop(0), event.outcome, self._study.recipe.batch_size)

    def _train(self, group: Sequence[Run]) -> Iterator[Said | Ended]:
        """Train runs with as many epochs behind them, from the first on; the last are left if they are too many."""
        reset_peak_memory()
        watch = Stopwatch()
        started: list[_Started] = []
        room = len(group)
        for run in group:
            if len(started) == room:
                break
            try:
                started.append(self._start(run))
            except Exception as error:  # noqa: BLE001 -- a bad run is data: recorded with its reason
                watch.lap([run])
                yield Ended(run, crashed(error))
            else:
                room = room if len(started) > 1 else self._room(started[0], room)
        if started:
            yield from self._in_step(started, watch)

    def _in_step(self, started: list[_Started], watch: Stopwatch) -> Iterator[Said | Ended]:
        engine, compiled_before = started[0].engine, started[0].compiled_before
        company = Company(
            self._study,
            [each.run for each in started],
            engine,
            split=partial(self._split, engine),
            checkpoint_seconds=self._checkpoint_seconds,
            watch=watch,
        )
        states = [each.state for each in started]
        started.clear()  # only the company needs their memory
        return company.train(states, compiled_before=compiled_before)

    def _start(self, run: Run) -> _Started:
        """Return the arm's engine and this seed's state where it begins."""
        engine, beginning, plain = self._arms.ready(run.spec)
        state = engine.from_arrays(run.origin.arrays) if run.origin.arrays else beginning
        return _Started(run, engine, state, plain, engine.compile_seconds)

    def _room(self, started: _Started, wanted: int) -> int:
        """Return how many of the runs that are wanted can train at once."""
        if wanted == 1 or not started.plain:
            return 1
        train = self._split(started.engine, "train")
        return min(
            wanted,
            most_seeds(started.engine, started.state, *train, batch_size=self._study.recipe.batch_size),
        )

    def _split(self, engine: Engine, name: str) -> DeviceSplit:
        if name not in self._splits:
            split = self._study.dataset.splits[name]
            self._splits[name] = DeviceSplit(engine.place(split.x), engine.place(split.y))
        return self._splits[name]


def _guarded(events: Iterator[Said | Ended]) -> Iterator[Said | Ended | _Failed]:
    """Yield the events, and last what ended them, if something did."""
    try:
        yield from events
    except Exception as error:  # noqa: BLE001 -- a bad run is data: recorded with its reason
        failed = _Failed(crashed(error), is_out_of_memory(error))
    else:
        return
    yield failed


def _epochs_done(run: Run) -> int:
    return len(run.origin.epochs)
