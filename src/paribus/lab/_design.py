"""How a study's seeds come to be as many as they are: what was planned, what was looked at, and whether to go on."""

from collections.abc import Sequence
from datetime import UTC, datetime

from paribus.analyse import Analysis, ContrastResult, analyse
from paribus.evidence import FUTILE, Word
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
    planned = tuple(stored.seeds) if stored else tuple(seeds)
    records = store.records(plan(study, planned))
    known = {record.spec.seed for record in records}
    if stored is not None and known:
        return stored
    whole = not known or known >= set(seeds)
    design = (
        Design(seeds=tuple(seeds), looks=tuple(looks) if not known else ())
        if whole
        else Design(seeds=tuple(seed for seed in planned if seed in known))
    )
    store.add_design(study.study_id, design)
    return design


def stored_result(store: Store, study: StudyRecord, seeds: Sequence[int] | None = None) -> Result:
    """Return what the store holds of a study.

    Args:
        store: Where it is.
        study: Which.
        seeds: Those that are asked for; all that were planned by default.
    """
    members = store.members(study.study_id)
    design = store.design(study.study_id)
    asked = tuple(seeds) if seeds is not None else _in_order(design, [member.seed for member in members])
    records = tuple(member.record for member in members if member.record is not None and member.seed in asked)
    planned = {(member.arm, member.seed) for member in members if member.seed in asked}
    analysis = analyse(study, asked, records, design=design, planned=planned)
    return Result(analysis=analysis, records=records, looks=store.looks(study.study_id))


def _in_order(design: Design | None, seeds: Sequence[int]) -> tuple[int, ...]:
    """Return each seed once, those of the design in its order."""
    first = [seed for seed in design.seeds if seed in set(seeds)] if design else []
    return tuple(dict.fromkeys([*first, *seeds]))


def add_look(store: Store, analysis: Analysis) -> None:
    """Keep that the result has been told."""
    look = Look(
        seeds=analysis.stage.seeds,
        rule=analysis.stage.rule.value,
        words={label: verdict.word.value for label, verdict in analysis.verdicts.items()},
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    store.add_look(analysis.study.study_id, look)


def still_open(analysis: Analysis) -> tuple[str, ...]:
    """Return the arms that more seeds are of use to: those of contrasts that are open; arms that nothing is asked of go along."""
    wanted = [result.contrast for result in analysis.contrasts if _is_open(result)]
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


def _is_open(result: ContrastResult) -> bool:
    return result.verdict.word is Word.UNDECIDED and not result.promise < FUTILE


def _in_vain(result: ContrastResult) -> str:
    return f" (chance of a decision {100 * result.promise:.0f} %)" if result.promise < FUTILE else ""
