"""One line per finished run: for logs and CI."""

from collections.abc import Callable

from paribus.progress._base import Schedule
from paribus.progress._eta import Eta, duration
from paribus.records import EpochRecord, RunRecord, RunSpec

_MOST_FAILURES = 10


class Lines:
    """Writes plain lines.

    Args:
        write: Takes one line without its end.
        at_most: About so many runs are told, evenly spread, where there are more, and the first ten that have no score; all by
            default.
    """

    def __init__(self, write: Callable[[str], None], *, at_most: int | None = None) -> None:
        self._write = write
        self._at_most = at_most
        self._eta = Eta((), epochs=1)
        self._todo = 0
        self._done = 0
        self._failed = 0

    def sizing(self, arms: int) -> None:
        """Say so."""
        self._write(sizing_line(arms))

    def planned(self, schedule: Schedule) -> None:
        """Say what will be trained and what is new."""
        self._eta = Eta(
            schedule.todo,
            epochs=schedule.study.recipe.epochs,
            parallel=schedule.parallel,
            arm_epochs=schedule.epochs,
        )
        self._todo, self._done, self._failed = len(schedule.todo), 0, 0
        for line in opening_lines(schedule):
            self._write(line)

    def run_began(self, spec: RunSpec) -> None:
        """Only begin to count."""
        self._eta.run_began(spec)

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:
        """Only learn how long epochs take."""
        self._eta.epoch_ended(spec, epoch)

    def run_ended(self, record: RunRecord) -> None:
        """Say how the run ended and how long the rest may take."""
        self._eta.run_ended(record)
        self._done += 1
        self._failed += record.test is None
        if not self._is_told(record):
            return
        left = f"; {self._eta}" if self._done < self._todo else ""
        self._write(
            f"[{self._done}/{self._todo}] {record.spec.arm}, seed {record.spec.seed}: {outcome(record)} "
            f"({duration(record.cost.wall_seconds)}{left})"
        )

    def _is_told(self, record: RunRecord) -> bool:
        every = -(-self._todo // self._at_most) if self._at_most else 1
        of_note = record.test is None and self._failed <= _MOST_FAILURES
        return of_note or self._done % every == 0 or self._done == self._todo

    def looked(self, sentence: str) -> None:
        """Say what was found."""
        self._write(sentence)

    def waiting(self) -> None:
        """Nothing has changed."""

    def close(self) -> None:
        """Nothing is open."""


def sizing_line(arms: int) -> str:
    """Return what is said while arms are resized."""
    return f"Sizing {arms} arm{'s' if arms != 1 else ''} to the budget ..."


def opening_lines(schedule: Schedule) -> list[str]:
    """Return what is said before training begins."""
    study = schedule.study
    arms, seeds = len({spec.arm for spec in schedule.specs}), len({spec.seed for spec in schedule.specs})
    runs = f"{len(schedule.specs)} runs ({arms} arms × {seeds} seed{'s' if seeds != 1 else ''})"
    label = f"{study.name} (a quick look, not evidence)" if study.quick else study.name
    if not schedule.todo:
        return [*schedule.changes, f"{label}: all {runs} are in {schedule.place}; nothing to train."]
    stored = f", {len(schedule.stored)} of them stored" if schedule.stored else ""
    return [
        *schedule.changes,
        f"{label}: {runs}{stored}; training {len(schedule.todo)} into {schedule.place}",
    ]


def outcome(record: RunRecord) -> str:
    """Return a run's scores, or why it has none."""
    if record.test is None:
        return f"{record.status.value.upper()}. {record.status.sentence} {record.reason}"
    last = record.epochs[-1]
    return f"test {record.test.accuracy:.2%}, validation {last.validation_accuracy:.2%}"
