"""How many seeds a study takes."""

from pathlib import Path

from paribus import studies
from paribus.analyse import StudyPlan, planned_seeds
from paribus.errors import PlanError, StoreError
from paribus.lab._places import DEFAULT_STORE
from paribus.plan import study_record
from paribus.records import ArmRecord, RunRecord
from paribus.store import Store
from paribus.study import StudyRecord


def plan_seeds(
    reference: str,
    *,
    store: str | Path = DEFAULT_STORE,
    margin: float | None = None,
    spread: float | None = None,
    power: float = 0.8,
    declared: str | None = None,
) -> StudyPlan:
    """Plan how many seeds decide a study's contrasts, from its pilot runs or a stated spread.

    Args:
        reference: Name or id of a stored study.
        store: SQLite file or database URL with its pilot runs.
        margin: The difference that would matter, instead of those declared, in the metric's unit.
        spread: Standard deviation of paired differences, instead of that of pilot runs.
        power: Probability with which each contrast is to be decided, in (0, 1).
        declared: Built-in name or file of the study, for one that is not stored.

    Raises:
        PlanError: Nothing is known of its spread, or no margin is.
        StoreError: The store cannot be read.
    """
    if not 0 < power < 1:
        raise PlanError(f"--power is a probability between 0 and 1, not {power:g}.")
    study, records = _known(reference, declared or reference, store, stated=spread is not None)
    made = planned_seeds(study, records, margin=margin, stated_spread=spread, power=power)
    if made.contrasts:
        return made
    if not study.contrasts:
        raise PlanError(f"{study.name} has no contrasts, so there is nothing to decide.")
    primary = [contrast for contrast in study.contrasts if contrast.metric == study.primary]
    if margin is None and all(contrast.margin is None for contrast in primary):
        raise PlanError(
            f"{study.name} declares no margin: say which difference would matter, as --margin 0.5pp."
        )
    raise PlanError(
        f"{study.name} has fewer than two pairs of pilot runs that differ; train some (`paribus run {declared or reference} --seeds 5`), "
        "or state the spread of paired differences, as --spread 0.3pp."
    )


def _known(
    reference: str, declared: str, store: str | Path, *, stated: bool
) -> tuple[StudyRecord, tuple[RunRecord, ...]]:
    """Return the study with its pilot runs, or as it is declared if its spread is stated."""
    try:
        with Store.read(store) as opened:
            study = _pilot(opened, reference)
            members = opened.members(study.study_id)
            return study, tuple(member.record for member in members if member.record is not None)
    except StoreError as error:
        if not stated:
            raise PlanError(
                f"no pilot runs: {error} Train some (`paribus run {declared} --seeds 5`), or state the spread of paired differences, as "
                "--spread 0.3pp."
            ) from error
    return _unbuilt(declared), ()


def _pilot(store: Store, reference: str) -> StudyRecord:
    """Return the study run last that is no quick look, whose spread is not the study's."""
    found = [listing.record for listing in store.matching(reference)]
    whole = [study for study in found if not study.quick]
    if not whole:
        raise StoreError(f"of {reference} there are quick looks alone in {store.place}.")
    return whole[0]


def _unbuilt(declared: str) -> StudyRecord:
    study = studies.study(declared)
    arms = tuple(
        ArmRecord(name=arm.name, identity=arm.name, layers=(), parameters=None) for arm in study.arms
    )
    return study_record(study, arms, "")
