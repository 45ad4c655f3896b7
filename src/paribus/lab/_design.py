"""How a study's seeds come to be as many as they are: what was planned, what was looked at, and whether to go on."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from paribus.analyse import Analysis, ContrastResult, analyse
from paribus.evidence import FUTILE, Word, promise
from paribus.lab._places import bulletins
from paribus.lab._results import Result
from paribus.plan import plan
from paribus.records import Design, Look
from paribus.store import Store
from paribus.study import StudyRecord

_LOOKS = 4
_FEWEST = 3


def default_looks(seeds: int) -> tuple[int, ...]:
    """Return looks at a quarter, half, three quarters and all of the seeds, the first at three or more where there are as many."""
    looks = (max(min(_FEWEST, seeds), round(seeds * (look + 1) / _LOOKS)) for look in range(_LOOKS))
    return tuple(dict.fromkeys(looks))


def portions(seeds: Sequence[int], looks: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return the seeds that are there at each look; all of them, once, without looks."""
    return tuple(tuple(seeds[:look]) for look in looks or (len(seeds),))


def first_design(store: Store, study: StudyRecord, seeds: Sequence[int], looks: Sequence[int]) -> Design:
    """Return what was planned when nothing was known; now, if nothing is.

    Runs can be known from another study that shares them: then what is planned now was planned knowing these.

    Args:
        store: Where it is kept for good.
        study: Whose design it is.
        seeds: Those planned now.
        looks: Those planned now.
    """
    stored = store.design(study.study_id)
    specs = plan(study, tuple(dict.fromkeys([*(stored.seeds if stored else ()), *seeds])))
    known = {record.spec.run_id: record.spec.seed for record in store.records(specs)}
    if stored is not None and known:
        return stored
    if not known:
        margins = {contrast.label: contrast.margin for contrast in study.contrasts}
        design = Design(seeds=tuple(seeds), looks=tuple(looks), margins=margins, adjust=study.adjust)
    else:
        design = _inherited(store, study, known, seeds)
    store.add_design(study.study_id, design)
    return design


def _inherited(store: Store, study: StudyRecord, known: Mapping[str, int], seeds: Sequence[int]) -> Design:
    """Return the plan under which runs that are known were trained: of several, the one with the fewest seeds."""
    others = store.designs_of(tuple(known), besides=study.study_id)
    if others:
        return min(others, key=lambda design: len(design.seeds))
    seen = set(known.values())
    return Design(seeds=tuple(seed for seed in seeds if seed in seen) if seen < set(seeds) else ())


def stored_result(store: Store, study: StudyRecord, seeds: Sequence[int] | None = None) -> Result:
    """Return what the store holds of a study.

    Args:
        store: Where it is.
        study: Which.
        seeds: Those that are asked for; all that were planned by default.
    """
    design = store.design(study.study_id) or Design(seeds=())
    everything = store.members(study.study_id)
    asked = tuple(seeds) if seeds is not None else _in_order(design, [member.seed for member in everything])
    wanted = set(asked)
    members = [member for member in everything if member.seed in wanted]
    records = tuple(member.record for member in members if member.record is not None)
    planned = {(member.arm, member.seed) for member in members}
    analysis = analyse(study, asked, records, design=design, planned=planned)
    bulletin = bulletins(store.place, study).read()
    return Result(
        analysis=analysis,
        records=records,
        looks=store.looks(study.study_id),
        images=store.images(study.dataset.fingerprint),
        command=bulletin.command if bulletin else "",
    )


def _in_order(design: Design, seeds: Sequence[int]) -> tuple[int, ...]:
    """Return each seed once, those of the design in its order."""
    there = set(seeds)
    return tuple(dict.fromkeys([*(seed for seed in design.seeds if seed in there), *seeds]))


def add_look(store: Store, analysis: Analysis) -> None:
    """Keep that the result has been told."""
    look = Look(
        seeds=analysis.stage.seeds,
        rule=analysis.stage.rule.value,
        words={label: verdict.word.value for label, verdict in analysis.verdicts.items()},
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    store.add_look(analysis.study.study_id, look)


def still_open(analysis: Analysis, most: int) -> tuple[str, ...]:
    """Return the arms that more seeds are of use to: those of contrasts that are open; arms that nothing is asked of go along.

    Args:
        analysis: What was found so far.
        most: Seeds there can be.
    """
    wanted = [result.contrast for result in analysis.contrasts if _is_open(result, most)]
    if not wanted:
        return ()
    asked = {
        name for result in analysis.contrasts for name in (result.contrast.treatment, result.contrast.control)
    }
    needed = {name for contrast in wanted for name in (contrast.treatment, contrast.control)}
    return tuple(arm.name for arm in analysis.study.arms if arm.name in needed or arm.name not in asked)


def look_sentence(analysis: Analysis) -> str:
    """Return what a look has found."""
    told = [
        f"{result.contrast.label} {result.verdict.word.value}{_in_vain(result)}"
        for result in analysis.contrasts
    ]
    return f"Looked at {len(analysis.stage.seeds)} seeds: {'; '.join(told)}."


def _is_open(result: ContrastResult, most: int) -> bool:
    if result.verdict.word is not Word.UNDECIDED:
        return False
    chance = result.promise
    if math.isnan(chance):  # looks that were not planned
        deltas = np.array(list(result.differences.values()), np.float64)
        chance = promise(deltas, most, margin=result.contrast.margin)
    return chance >= FUTILE


def _in_vain(result: ContrastResult) -> str:
    return f" (chance of a decision {100 * result.promise:.0f} %)" if result.promise < FUTILE else ""
