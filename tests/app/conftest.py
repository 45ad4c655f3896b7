"""A small stored study, and pages over it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from paribus.app import make_app
from paribus.plan import plan
from paribus.records import RunRecord, Status
from paribus.store import Store
from paribus.study import StudyRecord
from tests.conftest import make_run_record

Stored = Callable[..., StudyRecord]


def as_planned(study: StudyRecord, arm: str, seed: int, **settings: object) -> RunRecord:
    """Return a run of that arm and seed under the id that the plan gives it."""
    spec = next(spec for spec in plan(study, (0, 1)) if (spec.arm, spec.seed) == (arm, seed))
    return replace(make_run_record(arm, seed, 0.9 if arm == "wide" else 0.8), spec=spec, **settings)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "paribus.db"


@pytest.fixture
def stored(place: Path, study_record: StudyRecord) -> Stored:
    """Store a study of two seeds: all runs, or those that are named; one may have failed."""

    def store(
        study: StudyRecord = study_record,
        runs: tuple[tuple[str, int], ...] = (("flat", 0), ("wide", 0), ("flat", 1), ("wide", 1)),
        failed: tuple[str, int] | None = None,
    ) -> StudyRecord:
        with Store.write(place) as opened:
            opened.add_study(study, plan(study, (0, 1)))
            for arm, seed in runs:
                made = as_planned(study, arm, seed)
                if (arm, seed) == failed:
                    made = replace(made, status=Status.DIVERGED, test=None, reason="The loss was nan.")
                opened.add(made)
        return study

    return store


@pytest.fixture
def client(place: Path) -> TestClient:
    return TestClient(make_app(place, hosts=("testserver",)))
