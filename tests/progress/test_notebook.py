"""Progress in a notebook is one display, whatever the number of runs."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from paribus import datasets
from paribus.progress import Lines, Notebook, Schedule, Watcher
from paribus.records import Status
from paribus.study import StudyRecord
from tests.conftest import STUDY_FILE, MakeRun, make_run_record, make_study_record, quadrants
from tests.progress.conftest import Clock, ended, make_schedule

ROOT = Path(__file__).parents[2]


@dataclass
class Cell:
    """What is seen under a cell."""

    shown: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __call__(self, html: str, text: str) -> None:
        self.shown.append((html, text))

    @property
    def html(self) -> str:
        return self.shown[-1][0]

    @property
    def lines(self) -> list[str]:
        return self.shown[-1][1].splitlines()


def follow(watcher: Watcher, schedule: Schedule) -> None:
    """Tell of a study all of whose runs end well."""
    watcher.planned(schedule)
    for spec in schedule.todo:
        watcher.run_began(spec)
        watcher.run_ended(replace(make_run_record(spec.arm, spec.seed), spec=spec))
    watcher.close()


def two_hundred_runs() -> Schedule:
    return make_schedule(make_study_record(datasets.arrays(*quadrants(20), *quadrants(10)).record()), 100)


def test_many_runs_are_drawn_twice_a_second(study_record: StudyRecord, clock: Clock) -> None:
    """Two hundred runs within a moment: the plan, and how it ended."""
    cell = Cell()
    follow(Notebook(cell, clock=clock), make_schedule(study_record, 100))
    assert 2 == len(cell.shown)
    assert [
        "small: 200 runs (2 arms × 100 seeds); training 200 into paribus.db",
        "200 of 200 runs trained",
    ] == cell.lines
    assert '<progress value="200" max="200"' in cell.html


def test_a_run_is_drawn_after_half_a_second(schedule: Schedule, clock: Clock, make_run: MakeRun) -> None:
    """Not before."""
    cell = Cell()
    watcher = Notebook(cell, clock=clock)
    watcher.planned(schedule)
    watcher.run_ended(ended(schedule, 0, make_run))
    assert cell.lines[-1].startswith("0 of 4 runs trained")
    clock.seconds += 0.5
    watcher.run_ended(ended(schedule, 1, make_run))
    assert cell.lines[-1].startswith("2 of 4 runs trained")


def test_what_was_said_stays_as_far_as_there_is_room(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Why runs failed, what looks found; the last eight lines of it, as text."""
    cell, schedule = Cell(), make_schedule(study_record, 10)
    watcher = Notebook(cell)
    watcher.sizing(2)
    watcher.planned(schedule)
    for number in range(10):
        watcher.run_ended(ended(schedule, number, make_run, status=Status.DIVERGED))
    watcher.looked("<b>Look 1 of 2</b>")
    assert 1 + 8 + 1 == len(cell.lines)
    assert "(5 earlier lines)" == cell.lines[0]
    assert "(10 failed)" in cell.lines[-1]
    assert "&lt;b&gt;Look 1 of 2&lt;/b&gt;" in cell.html


def test_nothing_to_train_has_no_bar(schedule: Schedule) -> None:
    """One line says so."""
    cell = Cell()
    watcher = Notebook(cell)
    watcher.planned(replace(schedule, todo=()))
    watcher.close()
    assert ["small: all 4 runs (2 arms × 2 seeds) are in paribus.db; nothing to train."] == cell.lines
    assert "<progress" not in cell.html


@pytest.mark.parametrize(("seeds", "told"), [(10, 1 + 20), (100, 1 + 50), (1_000, 1 + 50)])
def test_elsewhere_lines_are_bounded(study_record: StudyRecord, seeds: int, told: int) -> None:
    """Every run of twenty, fifty of two hundred or two thousand; the last one is among them."""
    lines: list[str] = []
    follow(Lines(lines.append, at_most=50), make_schedule(study_record, seeds))
    assert told == len(lines)
    assert lines[-1].startswith(f"[{2 * seeds}/{2 * seeds}]")


def test_failures_are_told_beside_them(study_record: StudyRecord, make_run: MakeRun) -> None:
    """The first ten, though only every fourth run is told."""
    lines: list[str] = []
    schedule = make_schedule(study_record, 100)
    watcher = Lines(lines.append, at_most=50)
    watcher.planned(schedule)
    for number in range(40):
        watcher.run_ended(ended(schedule, number, make_run, status=Status.DIVERGED))
    assert 10 + 8 == len(lines) - 1


def executed(*cells: str, folder: Path) -> list[list[Any]]:
    """Return what each cell put out in a real kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [cell["outputs"] for cell in notebook["cells"]]


def test_a_kernel_is_not_flooded(tmp_path: Path) -> None:
    """In IPython's own kernel: two hundred runs are one output, a real study is that and its result."""
    (tmp_path / "my_study.py").write_text(STUDY_FILE)
    outputs = executed(
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'src')!r}]",
        "from paribus.progress import default_watcher\n"
        "from tests.progress.test_notebook import follow, two_hundred_runs\n"
        "follow(default_watcher(), two_hundred_runs())",
        "from my_study import study\nstudy.run()",
        folder=tmp_path,
    )
    (progress,) = outputs[1]
    assert "display_data" == progress["output_type"]
    assert progress["data"]["text/plain"].endswith("200 of 200 runs trained")
    kinds = [output["output_type"] for output in outputs[2]]
    assert ["display_data", "execute_result"] == kinds
    assert "4 of 4 runs trained" in outputs[2][0]["data"]["text/plain"]
    assert "undecided" in outputs[2][1]["data"]["text/html"]
    assert "wide − flat" in outputs[2][1]["data"]["text/plain"]
