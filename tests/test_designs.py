"""A study goes on as it was planned, or says that it did not; a change is let through if it does no harm."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paribus import lab
from paribus.analyse import Rule
from paribus.audit import Order
from paribus.errors import GateError, PlanError, StudyError
from paribus.evidence import Harm
from paribus.executors import Done, Inline
from paribus.progress import Quiet
from paribus.records import Design, RunRecord, RunSpec, Status
from paribus.report import methods
from paribus.store import Store
from paribus.study import Contrast, Study
from tests.conftest import make_run_record


class Sentences(Quiet):
    """Keeps what looks have found, and which runs were trained."""

    def __init__(self) -> None:
        self.looks: list[str] = []
        self.trained: list[tuple[str, int]] = []

    def looked(self, sentence: str) -> None:
        self.looks.append(sentence)

    def run_ended(self, record: RunRecord) -> None:
        self.trained.append((record.spec.arm, record.spec.seed))


class Invented(Inline):
    """Builds arms, and makes up how runs end: the treatment is better by `gain`, and seeds differ by `noise`."""

    def __init__(self, gain: float, noise: float = 0.002) -> None:
        self._gain = gain
        self._noise = noise

    def map(self, job: Any, items: Any) -> Iterator[Any]:
        if items and isinstance(items[0], Order):
            yield from super().map(job, items)
            return
        for group in items:
            for spec in group:
                job.heard(group, self._record(spec))
            yield Done(group, None)

    def _record(self, spec: RunSpec) -> RunRecord:
        treated = spec.arm == "wide"
        rng = np.random.default_rng([spec.seed, treated])
        accuracy = 0.9 + self._gain * treated + rng.normal(0, self._noise)
        return replace(make_run_record(spec.arm, spec.seed, accuracy), spec=spec)


class Losing(Invented):
    """The same, but the treatment's last run ends badly."""

    def __init__(self, gain: float, status: Status) -> None:
        super().__init__(gain)
        self._status = status

    def _record(self, spec: RunSpec) -> RunRecord:
        if spec.arm == "wide" and spec.seed == 5:
            return replace(make_run_record(spec.arm, spec.seed, status=self._status), spec=spec)
        return super()._record(spec)


@pytest.fixture
def looked_at(small_study: Study) -> Study:
    return replace(small_study, seeds=20, looks=(5, 10, 15, 20))


def run(study: Study, folder: Path, gain: float, noise: float = 0.002) -> tuple[lab.Result, Sentences]:
    heard = Sentences()
    store = folder / "paribus.db"
    return lab.run(study, store=store, executor=Invented(gain, noise), watcher=heard), heard


def test_a_clear_difference_ends_a_study_at_its_first_look(looked_at: Study, tmp_path: Path) -> None:
    """Ten of forty runs, and the look is stored."""
    result, heard = run(looked_at, tmp_path, gain=0.2, noise=0.0005)
    assert 10 == result.trained == len(heard.trained)
    assert ["Looked at 5 seeds: wide − flat better."] == heard.looks
    (look,) = result.looks
    assert ((0, 1, 2, 3, 4), "planned looks", {"wide − flat": "better"}) == (
        look.seeds,
        look.rule,
        look.words,
    )
    shown = lab.show(store=tmp_path / "paribus.db")
    assert result.verdicts["wide − flat"].interval == shown.verdicts["wide − flat"].interval


def test_a_study_goes_on_as_long_as_a_contrast_is_open(looked_at: Study, tmp_path: Path) -> None:
    """A difference between nothing and the margin takes more than one look; seeds are trained once."""
    result, heard = run(looked_at, tmp_path, gain=0.009, noise=0.004)
    assert 2 <= len(heard.looks) <= 4
    assert len(set(heard.trained)) == len(heard.trained) == result.trained
    assert len(heard.looks) == len(result.looks)
    again, silent = run(looked_at, tmp_path, gain=0.009, noise=0.004)
    assert 0 == again.trained
    assert heard.looks == silent.looks
    assert result.looks == again.looks


def test_what_would_hardly_be_decided_is_not_trained_further(looked_at: Study, tmp_path: Path) -> None:
    """Noise ten times the margin."""
    result, heard = run(looked_at, tmp_path, gain=0.0, noise=0.1)
    assert result.trained < 40
    assert "chance of a decision" in heard.looks[-1]


def test_a_fixed_study_that_is_extended_is_judged_at_any_time(small_study: Study, tmp_path: Path) -> None:
    """And stays so; the plan of the first time counts, in whichever way it is extended."""
    fixed, _ = run(replace(small_study, seeds=3), tmp_path, gain=0.02)
    extended, _ = run(replace(small_study, seeds=6), tmp_path, gain=0.02)
    looked, _ = run(replace(small_study, seeds=12, looks=(9, 12)), tmp_path, gain=0.02)
    rules = [result.analysis.stage.rule for result in (fixed, extended, looked)]
    assert [Rule.FIXED, Rule.ANYTIME, Rule.ANYTIME] == rules
    assert any("anytime-valid" in caveat for caveat in extended.analysis.caveats)
    with Store.read(tmp_path / "paribus.db") as opened:
        design = opened.design(fixed.analysis.study.study_id)
    assert Design(seeds=(0, 1, 2), margins={"wide − flat": 0.01}) == design


def test_a_plan_that_was_never_begun_can_be_changed(small_study: Study, tmp_path: Path) -> None:
    """Nothing was seen of it."""

    class Impatient(Quiet):
        def run_began(self, spec: RunSpec) -> None:
            raise KeyboardInterrupt(spec.run_id)

    with pytest.raises(KeyboardInterrupt):
        lab.run(replace(small_study, seeds=3), store=tmp_path / "paribus.db", watcher=Impatient())
    result, _ = run(replace(small_study, seeds=6), tmp_path, gain=0.02)
    assert Rule.FIXED is result.analysis.stage.rule


def test_an_interrupted_study_goes_on_under_its_plan(small_study: Study, tmp_path: Path) -> None:
    """One run of twelve is stored; the same command ends it as planned."""

    class Impatient(Quiet):
        def run_ended(self, record: RunRecord) -> None:
            raise KeyboardInterrupt(record.spec.run_id)

    study = replace(small_study, seeds=6)
    with pytest.raises(KeyboardInterrupt):
        lab.run(study, store=tmp_path / "paribus.db", executor=Invented(0.02), watcher=Impatient())
    assert lab.show(store=tmp_path / "paribus.db").analysis.stage.interim
    result, _ = run(study, tmp_path, gain=0.02)
    assert Rule.FIXED is result.analysis.stage.rule


def test_runs_that_another_study_has_trained_are_known(small_study: Study, tmp_path: Path) -> None:
    """Another question over three seeds that have been seen: those are the plan, six are an extension, three are not."""
    run(replace(small_study, seeds=3), tmp_path, gain=0.02)
    same, _ = run(replace(small_study, seeds=3, question="Again?"), tmp_path, gain=0.02)
    more, _ = run(replace(small_study, seeds=6, question="More?"), tmp_path, gain=0.02)
    assert [Rule.FIXED, Rule.ANYTIME] == [result.analysis.stage.rule for result in (same, more)]
    assert (0, 1, 2) == more.analysis.stage.design.seeds


def test_other_words_do_not_make_a_study_a_new_one(small_study: Study, tmp_path: Path) -> None:
    """Three seeds were planned, six are known: asking otherwise for six, with another margin, is no plan that was made before."""
    run(replace(small_study, seeds=3), tmp_path, gain=0.02)
    run(replace(small_study, seeds=6), tmp_path, gain=0.02)
    contrasts = (Contrast("wide", "flat", margin=0.03),)
    again, heard = run(
        replace(small_study, seeds=6, question="Again?", contrasts=contrasts), tmp_path, gain=0.02
    )
    assert [] == heard.trained
    assert Rule.ANYTIME is again.analysis.stage.rule
    assert any(
        "was 0.01 before anything was known, and is 0.03 now" in told for told in again.analysis.caveats
    )
    assert "declared before training" not in methods(again.analysis, again.records)


def test_a_gate_leaves_a_studys_plan_alone(looked_at: Study, tmp_path: Path) -> None:
    """Its runs are known all the same: looks that are planned afterwards are none."""
    store = tmp_path / "paribus.db"
    lab.gate(replace(looked_at, looks=(), seeds=3), "wide", "flat", store=store, executor=Invented(0.0))
    assert () == lab.listings(store=store)
    result, _ = run(looked_at, tmp_path, gain=0.2, noise=0.0005)
    assert Rule.ANYTIME is result.analysis.stage.rule


def test_all_seeds_of_a_study_with_looks_may_be_trained_at_once(looked_at: Study, tmp_path: Path) -> None:
    """It is judged at its last look."""
    run(looked_at, tmp_path, gain=0.2, noise=0.0005)
    whole, _ = run(replace(looked_at, looks=()), tmp_path, gain=0.2, noise=0.0005)
    assert (Rule.LOOKS, (5, 10, 15, 20)) == (whole.analysis.stage.rule, whole.analysis.stage.looks)


@pytest.mark.parametrize("looks", [(1, 20), (5, 5, 20), (5, 10), (5, 30)])
def test_looks_rise_to_all_seeds(small_study: Study, looks: tuple[int, ...]) -> None:
    """From two on."""
    with pytest.raises(StudyError, match="looks"):
        replace(small_study, seeds=20, looks=looks)


def test_looks_need_something_to_decide(small_study: Study) -> None:
    """A contrast."""
    with pytest.raises(StudyError, match="no contrasts"):
        replace(small_study, contrasts=(), seeds=20, looks=(5, 20))


@pytest.mark.parametrize(("seeds", "looks"), [(20, (5, 10, 15, 20)), (8, (3, 4, 6, 8)), (3, (3,)), (2, (2,))])
def test_default_looks_are_quarters(seeds: int, looks: tuple[int, ...]) -> None:
    """None at fewer than three seeds, if there are as many."""
    assert looks == lab.default_looks(seeds)


class TestGate:
    """A candidate against an arm, and against committed scores."""

    def gate(self, study: Study, folder: Path, against: str | Path, gain: float = 0.0, **options: Any) -> Any:
        executor = Invented(gain, options.pop("noise", 0.002))
        return lab.gate(study, "wide", against, store=folder / "paribus.db", executor=executor, **options)

    @pytest.mark.parametrize(
        ("gain", "harm"), [(0.0, Harm.NONE), (-0.05, Harm.HARM), (-0.01, Harm.INCONCLUSIVE)]
    )
    def test_against_another_arm(self, small_study: Study, tmp_path: Path, gain: float, harm: Harm) -> None:
        """By the study's own margin of one point."""
        result = self.gate(replace(small_study, seeds=6), tmp_path, "flat", gain)
        assert harm is result.harm
        assert 0.01 == result.contrast.margin
        assert (harm is Harm.INCONCLUSIVE) == (result.test.seeds is not None)

    def test_against_committed_scores(self, small_study: Study, tmp_path: Path) -> None:
        """Those of the other arm, written and read; the same arm is identical to its own."""
        study, file = replace(small_study, seeds=6), tmp_path / "baseline.json"
        store, executor = tmp_path / "paribus.db", Invented(0.0)
        lab.update_baseline(study, "flat", file, store=store, executor=executor)
        assert Harm.NONE is self.gate(study, tmp_path, file).harm
        assert lab.gate(study, "flat", file, store=store, executor=executor).identical

    def test_scores_of_what_is_not_equal_are_refused(self, small_study: Study, tmp_path: Path) -> None:
        """Other epochs, other data, another metric: all of it is named."""
        file, store = tmp_path / "baseline.json", tmp_path / "paribus.db"
        lab.update_baseline(small_study, "flat", file, store=store, executor=Invented(0.0))
        other = replace(
            small_study,
            recipe=replace(small_study.recipe, epochs=3),
            dataset=small_study.dataset.thinned(train=100, validation=40, test=50),
        )
        with pytest.raises(GateError) as refused:
            self.gate(other, tmp_path, file, metric="test_loss", margin=0.1)
        assert ["metric" in refused.value.problems[0], "data" in refused.value.problems[1]] == [False, True]
        assert "'epochs'" in refused.value.problems[2]

    def test_versions_are_compared(self, small_study: Study, tmp_path: Path) -> None:
        """Another engine is another experiment."""
        file, store = tmp_path / "baseline.json", tmp_path / "paribus.db"
        lab.update_baseline(small_study, "flat", file, store=store, executor=Invented(0.0))
        file.write_text(file.read_text().replace("keras 3", "keras 2"))
        with pytest.raises(GateError, match="trained by"):
            self.gate(small_study, tmp_path, file)

    def test_what_is_wrong_is_said(self, small_study: Study, tmp_path: Path) -> None:
        """No such arm or metric, no margin, no baseline, the arm itself."""
        with pytest.raises(GateError, match=r"'flatt' is not an arm .* Did you mean 'flat'\?"):
            self.gate(small_study, tmp_path, "flatt")
        with pytest.raises(GateError, match="no metric 'accuracy'"):
            self.gate(small_study, tmp_path, "flat", metric="accuracy")
        with pytest.raises(GateError, match="no margin"):
            self.gate(replace(small_study, contrasts=()), tmp_path, "flat")
        with pytest.raises(GateError, match="there is no baseline"):
            self.gate(small_study, tmp_path, tmp_path / "none.json")
        (tmp_path / "wrong.json").write_text("{}")
        with pytest.raises(GateError, match="is no baseline"):
            self.gate(small_study, tmp_path, tmp_path / "wrong.json")
        with pytest.raises(GateError, match="compared with itself"):
            self.gate(small_study, tmp_path, "wide")

    def test_a_candidate_that_loses_runs_is_not_let_through(self, small_study: Study, tmp_path: Path) -> None:
        """Diverging is harm; dying leaves it open."""
        for status, harm in ((Status.DIVERGED, Harm.HARM), (Status.DIED, Harm.INCONCLUSIVE)):
            (tmp_path / status.name).mkdir()
            store = tmp_path / status.name / "paribus.db"
            executor = Losing(0.0, status)
            result = lab.gate(replace(small_study, seeds=6), "wide", "flat", store=store, executor=executor)
            assert (harm, {5: status}) == (result.harm, result.lost)

    def test_a_baseline_may_be_named_after_the_candidate(self, small_study: Study, tmp_path: Path) -> None:
        """A file is no arm; another ending is refused before anything is trained."""
        store, study = tmp_path / "paribus.db", replace(small_study, seeds=6)
        lab.update_baseline(study, "flat", tmp_path / "wide.json", store=store, executor=Invented(0.0))
        assert Harm.NONE is self.gate(study, tmp_path, tmp_path / "wide.json").harm
        with pytest.raises(GateError, match=r"ends in \.json"):
            lab.update_baseline(study, "flat", tmp_path / "wide.txt", store=store, executor=Invented(0.0))

    def test_seeds_that_the_baseline_lacks_are_named(self, small_study: Study, tmp_path: Path) -> None:
        """And left out."""
        file, store = tmp_path / "baseline.json", tmp_path / "paribus.db"
        lab.update_baseline(replace(small_study, seeds=3), "flat", file, store=store, executor=Invented(0.0))
        result = self.gate(replace(small_study, seeds=4), tmp_path, file)
        assert 3 == result.test.n
        assert ("seed 3: the baseline has no score; it has those of 0, 1, 2.",) == result.problems


class TestPlan:
    """Seeds from what is stored or stated."""

    def test_from_pilot_runs(self, small_study: Study, tmp_path: Path) -> None:
        """Four seeds of two arms."""
        run(replace(small_study, seeds=4), tmp_path, gain=0.0)
        made = lab.plan_seeds("small", store=tmp_path / "paribus.db")
        assert 4 == made.contrasts[0].pilots == made.fresh_seed

    def test_what_is_missing_is_said(self, small_study: Study, tmp_path: Path) -> None:
        """No runs, one pair, no margin, no contrast, no such power."""
        store = tmp_path / "paribus.db"
        with pytest.raises(PlanError, match="no pilot runs"):
            lab.plan_seeds("small", store=store)
        run(replace(small_study, seeds=1), tmp_path, gain=0.0)
        with pytest.raises(PlanError, match="fewer than two pairs"):
            lab.plan_seeds("small", store=store)
        run(replace(small_study, seeds=2, contrasts=(Contrast("wide", "flat"),)), tmp_path, gain=0.0)
        with pytest.raises(PlanError, match="declares no margin"):
            lab.plan_seeds("small", store=store)
        with pytest.raises(PlanError, match="probability"):
            lab.plan_seeds("small", store=store, power=1.0)
        run(replace(small_study, seeds=2, contrasts=()), tmp_path, gain=0.0)
        with pytest.raises(PlanError, match="no contrasts"):
            lab.plan_seeds("small", store=store)
