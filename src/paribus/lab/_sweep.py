"""Studies that are repeated over a control: every cell carried out, one after the other, and told as one."""

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from paribus.analyse import analyse_sweep
from paribus.errors import UnmatchableError
from paribus.executors import Executor, Inline
from paribus.lab._design import add_look, first_design, stored_result
from paribus.lab._places import DEFAULT_STORE, results_directory
from paribus.lab._results import Audit, Result
from paribus.lab._run import Means, audited_study, conducting
from paribus.lab._sweep_files import sweep_files
from paribus.lab._sweep_result import SweepResult
from paribus.plan import plan
from paribus.progress import InCell, Lines, Schedule, Watcher, in_cell
from paribus.records import RunSpec
from paribus.store import Store
from paribus.study import Study, Sweep, Value, told


def sweep(
    study: Study,
    *,
    over: str,
    values: Sequence[Value],
    store: str | Path = DEFAULT_STORE,
    executor: Executor | None = None,
    watcher: Watcher | None = None,
    checkpoint_seconds: float = 60.0,
    together: int | None = None,
    command: str = "",
) -> SweepResult:
    """Repeat a study over one of its controls, write summary and figures beside the store, and return the result.

    Runs that are stored are not trained again, whichever study they come from. Every cell keeps a design of its own.

    Args:
        study: What is repeated; its looks are left out.
        over: "n_train", "learning_rate", "epochs", "budget" or "pixels", as of `Sweep`.
        values: At least two.
        store: SQLite file or database URL; made if there is none.
        executor: How runs are spread; in this process by default.
        watcher: Told of every step; by default a line per finished run goes to standard error.
        checkpoint_seconds: As in `run`.
        together: As in `run`.
        command: What gives this call on a command line; told to whoever watches from another process.

    Raises:
        ParibusError: The study cannot be repeated so, or the store cannot be written. Finished runs are kept.
    """
    declared = Sweep(study=study, over=over, values=values)
    watching = watcher or Lines(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    chosen = executor or Inline()
    with Store.write(store) as opened:
        means = Means(opened, str(store), chosen, checkpoint_seconds=checkpoint_seconds, together=together)
        cells = _audited(declared, means, watching)
        for cell in cells:  # all of them before anything is known
            first_design(opened, cell.audited.study, cell.audited.seeds, ())
            opened.add_study(cell.audited.study, cell.specs)
        trained = _trained(declared, cells, means, watching, command)
        results = {cell.value: _told(opened, cell.audited) for cell in cells}
    analysis = analyse_sweep(declared.record(), [result.analysis for result in results.values()])
    found = SweepResult(analysis=analysis, cells=results, command=command, trained=trained)
    return replace(found, files=sweep_files(found.analysis, _directory(store, declared, cells)))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as it was built: its value and label, the study at the sizes at which it is trained, and its runs."""

    value: Value
    label: str
    study: Study
    audited: Audit
    specs: tuple[RunSpec, ...]


def _audited(declared: Sweep, means: Means, watcher: Watcher) -> tuple[_Cell, ...]:
    """Return all cells as they were built; of budgets that no size meets, all are named."""
    cells, unmatched = list[_Cell](), list[str]()
    for cell in declared.cells:
        try:
            sized, audited = audited_study(cell.study, means.executor, watcher, means.together)
        except UnmatchableError as error:
            unmatched += [f"{declared.over} {told(cell.value)}: {problem}" for problem in error.problems]
            continue
        specs = plan(audited.study, audited.seeds)
        cells.append(_Cell(cell.value, cell.label, sized, audited, specs))
    if unmatched:
        raise UnmatchableError(unmatched)
    return tuple(cells)


def _trained(declared: Sweep, cells: Sequence[_Cell], means: Means, watcher: Watcher, command: str) -> int:
    """Train what is not stored, cell by cell, under one watcher; return how many runs that were."""
    schedule, trained = _schedule(declared, cells, means), 0
    try:
        watcher.planned(schedule)
        for cell in cells:
            watching = InCell(watcher, cell.label)
            with conducting(means, cell.audited, watching, command=command) as conductor:
                done = conductor.train(cell.study, cell.audited, cell.specs, quiet_if_done=True)
                trained += len(done)
    finally:
        watcher.close()
    return trained


def _schedule(declared: Sweep, cells: Sequence[_Cell], means: Means) -> Schedule:
    """Return what is to be done in all cells, as one study whose arms are those of all cells."""
    specs = tuple(in_cell(spec, cell.label) for cell in cells for spec in cell.specs)
    stored = means.store.records(specs)
    final = {record.spec.run_id for record in stored}
    todo = {spec.run_id: spec for spec in specs if spec.run_id not in final}
    unbuilt = dict.fromkeys(sentence for cell in cells for sentence in cell.audited.unbuilt)
    return Schedule(
        study=replace(cells[0].audited.study, name=f"{declared.study.name} over {declared.over}"),
        specs=specs,
        todo=tuple(todo.values()),
        stored=stored,
        changes=tuple(unbuilt),
        place=means.store.place,
        parallel=max(1, min(means.executor.parallel, len(todo))),
        epochs={
            spec.arm: cell.study.recipe.epochs
            for cell in cells
            for spec in (in_cell(each, cell.label) for each in cell.specs)
        },
    )


def _told(store: Store, audited: Audit) -> Result:
    """Return what the store holds of a cell, and keep that it has been told."""
    result = stored_result(store, audited.study, audited.seeds)
    add_look(store, result.analysis)
    return replace(result, looks=store.looks(audited.study.study_id))


def _directory(store: str | Path, declared: Sweep, cells: Sequence[_Cell]) -> Path:
    """Return where the sweep's summary and figures go: beside those of its cells."""
    beside = results_directory(store, cells[0].audited.study).parent
    named = "-".join(cell.audited.study.study_id for cell in cells)
    readable = re.sub(r"[^\w.-]+", "-", declared.study.name).strip(".-")[:60]
    return beside / f"{readable}-over-{declared.over}-{hashlib.sha256(named.encode()).hexdigest()[:6]}"
