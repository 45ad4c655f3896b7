"""A run's identity is its content."""

from dataclasses import replace
from typing import Any

import pytest

from paribus.plan import changes, grouped, plan, study_record
from paribus.probes import ShiftConsistency
from paribus.records import ArmRecord, ParameterCount, ProbeRecord
from paribus.study import Contrast, Recipe, Study, StudyRecord


def arms(**identities: str) -> tuple[ArmRecord, ...]:
    count = ParameterCount(trainable=1, non_trainable=0)
    return tuple(
        ArmRecord(name=name, identity=identity, layers=(), parameters=count)
        for name, identity in identities.items()
    )


def run_ids(record: StudyRecord) -> list[str]:
    return [spec.run_id for spec in plan(record, (0, 1))]


@pytest.fixture
def record(small_study: Study) -> StudyRecord:
    return study_record(small_study, arms(flat="f", wide="w"), "engine 1")


def test_seeds_are_outermost(record: StudyRecord) -> None:
    """Every finished seed is a whole replication."""
    order = [(spec.seed, spec.arm) for spec in plan(record, (0, 1))]
    assert [(0, "flat"), (0, "wide"), (1, "flat"), (1, "wide")] == order


@pytest.mark.parametrize(
    ("together", "groups"),
    [
        (1, ["f0", "w0", "f1", "w1", "f2", "w2"]),
        (2, ["f0 f1", "w0 w1", "f2", "w2"]),
        (8, ["f0 f1 f2", "w0 w1 w2"]),
    ],
)
def test_groups_are_seeds_of_one_arm(record: StudyRecord, together: int, groups: list[str]) -> None:
    """As many as may train at once, in the order of the plan."""
    got = grouped(plan(record, (0, 1, 2)), together)
    assert groups == [" ".join(f"{spec.arm[0]}{spec.seed}" for spec in group) for group in got]


def test_what_is_stored_already_leaves_smaller_groups(record: StudyRecord) -> None:
    """Only what is to be done is grouped."""
    todo = [spec for spec in plan(record, (0, 1, 2)) if (spec.arm, spec.seed) != ("flat", 0)]
    assert [("wide", 2), ("flat", 2), ("wide", 1)] == [
        (group[0].arm, len(group)) for group in grouped(todo, 2)
    ]


def test_more_seeds_are_the_same_study(small_study: Study, record: StudyRecord) -> None:
    """Seeds extend a study; its first runs stay what they are."""
    longer = study_record(replace(small_study, seeds=9), arms(flat="f", wide="w"), "engine 1")
    assert longer.study_id == record.study_id
    assert [spec.run_id for spec in plan(longer, tuple(range(9)))][:4] == run_ids(record)


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": Recipe(epochs=3, batch_size=32)},
        {"recipe": Recipe(epochs=2, batch_size=32, optimizer="adam")},
    ],
)
def test_another_recipe_is_another_run(
    small_study: Study, record: StudyRecord, change: dict[str, Any]
) -> None:
    """Nothing of the old runs is reused, and the program says why."""
    other = study_record(replace(small_study, **change), arms(flat="f", wide="w"), "engine 1")
    assert not set(run_ids(record)) & set(run_ids(other))
    assert ("The recipe is not that of the last run, so its runs do not count here.",) == changes(
        record, other
    )


def test_a_changed_arm_retrains_only_its_runs(small_study: Study, record: StudyRecord) -> None:
    """The other arm's runs keep their ids."""
    other = study_record(small_study, arms(flat="f", wide="w2"), "engine 1")
    assert 2 == len(set(run_ids(record)) & set(run_ids(other)))
    assert ("Arm 'wide' has changed; only its runs are trained again.",) == changes(record, other)


def test_another_engine_is_another_run(small_study: Study, record: StudyRecord) -> None:
    """Versions that change numbers are part of the identity."""
    other = study_record(small_study, arms(flat="f", wide="w"), "engine 2")
    assert not set(run_ids(record)) & set(run_ids(other))
    assert "engine 2" in changes(record, other)[0]


def test_arms_alike_but_for_their_name_are_one_run(small_study: Study) -> None:
    """Trained once, read twice."""
    record = study_record(small_study, arms(flat="same", wide="same"), "engine 1")
    first, second, *_ = plan(record, (0,))
    assert first.run_id == second.run_id


def probe(name: str, *metrics: str) -> ProbeRecord:
    return ProbeRecord(
        name=name, identity=name.upper(), metrics=metrics or (name,), unit="", rises=True, source="here"
    )


def test_a_probe_is_no_part_of_a_run(small_study: Study, record: StudyRecord) -> None:
    """One more is the same study with the same runs; what a contrast asks for is part of the question, with all its options."""
    built = arms(flat="f", wide="w")
    probed = study_record(small_study, built, "engine 1", probes=(probe("a"),))
    assert (record.study_id, run_ids(record)) == (probed.study_id, run_ids(probed))
    declared = replace(
        small_study,
        probes=(ShiftConsistency(),),
        contrasts=(Contrast("wide", "flat", metric="shift_consistency"),),
    )
    asked, other = (
        study_record(declared, built, "engine 1", probes=(probe(name, "shift_consistency"), probe("c")))
        for name in ("a", "b")
    )
    assert 3 == len({each.study_id for each in (record, asked, other)})
    assert run_ids(record) == run_ids(asked) == run_ids(other)
