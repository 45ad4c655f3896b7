"""What one process writes of a study, another one reads as it was; silence and the end are told apart."""

import io
import queue
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from paribus.progress import (
    SILENT_SECONDS,
    Board,
    Both,
    Broadcast,
    Bulletin,
    BulletinFile,
    Quiet,
    Schedule,
    failures,
    follow,
)
from paribus.records import Status
from tests.conftest import MakeRun
from tests.progress.conftest import Clock, ended, epoch

PATIENCE_SECONDS = 60


@pytest.fixture
def board(schedule: Schedule, clock: Clock) -> Board:
    return Board(schedule, clock=clock)


def bulletin(board: Board, *, written_at: float = 0.0, over: bool = False) -> Bulletin:
    return Bulletin(
        snapshot=board.snapshot(), command="paribus run x", folder="/", written_at=written_at, over=over
    )


def test_a_bulletin_comes_back_as_it_was(
    board: Board, schedule: Schedule, make_run: MakeRun, tmp_path: Path
) -> None:
    """Every state a run can be in survives, and the folder is made."""
    board.run_began(schedule.specs[0])
    board.run_ended(ended(schedule, 1, make_run, status=Status.DIVERGED))
    board.run_ended(ended(schedule, 2, make_run))
    file = BulletinFile(tmp_path / "results" / "progress.json")
    assert file.read() is None
    file.write(bulletin(board))
    assert bulletin(board) == file.read()
    assert ["progress.json"] == [path.name for path in (tmp_path / "results").iterdir()]


@pytest.mark.parametrize("content", [b"", b"{", b'{"snapshot": 1}', b"\xff"])
def test_what_is_no_bulletin_is_none(tmp_path: Path, content: bytes) -> None:
    """Torn, older or somebody else's."""
    (tmp_path / "progress.json").write_bytes(content)
    assert BulletinFile(tmp_path / "progress.json").read() is None


def test_a_disk_that_takes_nothing_stops_no_study(board: Board, tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "results").write_text("in the way")
    BulletinFile(tmp_path / "results" / "progress.json").write(bulletin(board))


def test_bulletins_are_written_while_nothing_happens(schedule: Schedule, make_run: MakeRun) -> None:
    """At once, then on and on with what is known, and a last one that says so."""
    written: queue.SimpleQueue[Bulletin] = queue.SimpleQueue()
    broadcast = Broadcast(written.put, command="paribus run x", beat_seconds=0.001, now=Clock(7.0))
    broadcast.planned(schedule)
    first = written.get(timeout=PATIENCE_SECONDS)
    assert (0, 7.0, "paribus run x", str(Path.cwd())) == (
        first.snapshot.ended,
        first.written_at,
        first.command,
        first.folder,
    )
    broadcast.run_began(schedule.specs[0])
    broadcast.epoch_ended(schedule.specs[0], epoch(1))
    broadcast.run_ended(ended(schedule, 0, make_run))
    while written.get(timeout=PATIENCE_SECONDS).snapshot.ended == 0:
        pass
    broadcast.close()
    rest = [written.get() for _ in range(written.qsize())]
    assert [False] * (len(rest) - 1) + [True] == [each.over for each in rest]


def test_what_was_never_planned_is_not_written() -> None:
    """Closing is all that happens."""
    written: list[Bulletin] = []
    Broadcast(written.append, command="").close()
    assert [] == written


def test_age_decides_between_life_and_silence(board: Board) -> None:
    """A clock that is behind makes no silence; what is over is neither."""
    living = bulletin(board, written_at=100.0)
    assert living.under_way(99.0)
    assert living.under_way(99.9 + SILENT_SECONDS)
    assert living.silent(100.0 + SILENT_SECONDS)
    over = replace(living, over=True)
    assert not over.under_way(100.0)
    assert not over.silent(1_000.0)


def followed(bulletins: list[Bulletin | None], clock: Clock) -> tuple[Bulletin, str]:
    """Return where following ends, and what was drawn; each look comes a second after the one before."""
    first, *rest = bulletins
    coming: Iterator[Bulletin | None] = iter(rest)
    output = io.StringIO()

    def sleep(_seconds: float) -> None:
        clock.seconds += 1

    assert first is not None
    last = follow(
        first,
        lambda: next(coming, None),
        Console(file=output, force_terminal=True, width=100, color_system=None),
        sleep=sleep,
        now=clock,
    )
    return last, output.getvalue()


def test_following_ends_with_the_study(
    board: Board, schedule: Schedule, make_run: MakeRun, clock: Clock
) -> None:
    """Each bulletin is drawn; a missing one is waited out; a failure is told once."""
    before = bulletin(board)
    board.run_began(schedule.specs[0])
    board.run_ended(ended(schedule, 0, make_run, status=Status.CRASHED))
    after, over = bulletin(board, written_at=2.0), bulletin(board, written_at=3.0, over=True)
    last, output = followed([before, None, after, over], clock)
    assert over == last
    assert 1 == output.count("flat, seed 0: CRASHED")
    assert "1 of 4 runs trained (1 failed)" in output


def test_following_ends_in_silence(board: Board, clock: Clock) -> None:
    """Nobody writes any more."""
    last, _ = followed([bulletin(board)], clock)
    assert last.silent(clock())
    assert SILENT_SECONDS == clock()


def test_failures_are_sentences(board: Board, schedule: Schedule, make_run: MakeRun) -> None:
    """None but those of runs that ended badly, and none of endless length."""
    assert [] == failures(board.snapshot())
    record = ended(schedule, 3, make_run, status=Status.CRASHED)
    board.run_ended(replace(record, reason="x" * 10_000))
    (sentence,) = failures(board.snapshot())
    assert sentence.startswith("wide, seed 1: CRASHED. Training stopped with an error")
    assert 400 > len(sentence)


def test_both_watchers_are_closed_whatever_happens() -> None:
    """An exception out of the first leaves the second no less closed."""
    closed: list[str] = []

    class Failing(Quiet):
        def close(self) -> None:
            raise OSError

    class Closing(Quiet):
        def close(self) -> None:
            closed.append("second")

    with pytest.raises(OSError):  # noqa: PT011 -- any will do
        Both(Failing(), Closing()).close()
    assert ["second"] == closed
