"""What a study's runs allow to be concluded, with what limits it."""

import itertools
import math
import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from paribus.analyse import Analysis, ContrastResult, Rule, analyse
from paribus.evidence import Word, holm, paired_t
from paribus.records import Design, RunRecord, Status
from paribus.study import Contrast, StudyRecord
from tests.conftest import MakeRun

BASE = 0.9


def runs(make_run: MakeRun, deltas: Sequence[float], treatment: str = "wide") -> list[RunRecord]:
    return [
        make_run(arm, seed, BASE + (delta if arm == treatment else 0.0))
        for seed, delta in enumerate(deltas)
        for arm in ("flat", treatment)
    ]


def only(analysis: Analysis) -> ContrastResult:
    (result,) = analysis.contrasts
    return result


@pytest.mark.parametrize(
    ("deltas", "word", "remark"),
    [
        ((0.030, 0.031, 0.032), Word.BETTER, "by at least the margin"),
        ((0.008, 0.010, 0.012), Word.BETTER, ""),
        ((-0.030, -0.031, -0.032), Word.WORSE, "by at least the margin"),
        ((0.001, -0.001, 0.0005), Word.EQUIVALENT, ""),
        ((0.003, 0.0031, 0.0032), Word.EQUIVALENT, "real, but below the margin"),
        ((0.03, -0.02, 0.01), Word.UNDECIDED, ""),
    ],
)
def test_a_word_for_every_difference(
    study_record: StudyRecord, make_run: MakeRun, deltas: tuple[float, ...], word: Word, remark: str
) -> None:
    """With a margin of one point."""
    verdict = only(analyse(study_record, range(3), runs(make_run, deltas))).verdict
    assert (word, remark) == (verdict.word, verdict.remark)


def test_without_a_margin_nothing_is_equivalent(study_record: StudyRecord, make_run: MakeRun) -> None:
    """However small it is."""
    study = replace(study_record, contrasts=(Contrast("wide", "flat"),))
    verdict = only(analyse(study, range(4), runs(make_run, (0.0001, -0.0001, 0.0002, 0.0)))).verdict
    assert Word.UNDECIDED is verdict.word
    assert math.isnan(verdict.equivalence_p)


def test_a_lower_loss_is_better(study_record: StudyRecord, make_run: MakeRun) -> None:
    """And a higher one worse; the numbers stay treatment minus control."""
    study = replace(study_record, contrasts=(Contrast("wide", "flat", metric="validation_loss"),))
    records = [
        replace(
            run,
            epochs=tuple(
                replace(epoch, validation_loss=0.5 - (0.1 + run.spec.seed / 100) * (run.spec.arm == "wide"))
                for epoch in run.epochs
            ),
        )
        for run in runs(make_run, (0, 0, 0))
    ]
    verdict = only(analyse(study, range(3), records)).verdict
    assert Word.BETTER is verdict.word
    assert verdict.mean < 0


def test_p_values_are_adjusted_within_a_metric(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Two contrasts on the primary metric are one family, that on another is its own."""
    arms = (*study_record.arms, replace(study_record.arms[1], name="deep", identity="deep"))
    contrasts = (
        Contrast("wide", "flat"),
        Contrast("deep", "flat"),
        Contrast("wide", "flat", metric="validation_accuracy"),
    )
    study = replace(study_record, arms=arms, contrasts=contrasts)
    deltas = (0.01, 0.02, 0.04)
    records = {
        run.spec.run_id: run for run in [*runs(make_run, deltas), *runs(make_run, (0.01, 0.0, 0.05), "deep")]
    }
    one, other, apart = (
        result.verdict for result in analyse(study, range(3), list(records.values())).contrasts
    )
    assert pytest.approx(holm([one.p, other.p])) == (one.adjusted_p, other.adjusted_p)
    assert apart.p == apart.adjusted_p == pytest.approx(paired_t(deltas).p)


def test_joint_changes_of_sign_need_six_seeds_and_say_so(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """With three of them nothing can be found."""
    study = replace(study_record, adjust="max_t")
    few = analyse(study, range(3), runs(make_run, (0.030, 0.031, 0.032)))
    assert Word.UNDECIDED is only(few).verdict.word
    assert any("six are needed" in caveat for caveat in few.caveats)
    many = analyse(study, range(8), runs(make_run, [0.03 + seed / 1000 for seed in range(8)]))
    assert Word.BETTER is only(many).verdict.word
    assert 2 / 2**8 == only(many).verdict.adjusted_p


def test_a_score_that_is_not_finite_is_left_out_and_named(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """Its pair is no difference."""
    study = replace(study_record, contrasts=(Contrast("wide", "flat", metric="validation_loss"),))
    records = runs(make_run, (0.0, 0.0, 0.0))
    last = replace(records[-1].epochs[-1], validation_loss=math.inf)
    records[-1] = replace(records[-1], epochs=(*records[-1].epochs[:-1], last))
    result = only(analyse(study, range(3), records))
    assert 2 == result.n
    assert any(
        "seed 2 left out, because validation loss is not finite" in caveat for caveat in result.caveats
    )


def test_equal_differences_are_no_proof(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Three equal ones are undecided, ten are told by their signs; both say that the spread cannot be told."""
    few, many = (only(analyse(study_record, range(n), runs(make_run, [0.25] * n))) for n in (3, 10))
    assert (Word.UNDECIDED, Word.BETTER) == (few.verdict.word, many.verdict.word)
    assert 2 / 2**10 == many.verdict.p
    assert "only their signs count" in few.caveats[0]


def test_twins_are_equivalent_once_chance_is_excluded(study_record: StudyRecord, make_run: MakeRun) -> None:
    """No difference at all, five times."""
    words = [
        only(analyse(study_record, range(n), runs(make_run, [0.0] * n))).verdict.word for n in (2, 4, 5, 6)
    ]
    assert [Word.UNDECIDED, Word.UNDECIDED, Word.EQUIVALENT, Word.EQUIVALENT] == words


def test_t_and_signs_that_disagree_are_fragile(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Darwin's maize: the word stays, and is marked."""
    darwin = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
    study = replace(study_record, contrasts=(Contrast("wide", "flat"),))
    verdict = only(analyse(study, range(15), runs(make_run, [delta / 10_000 for delta in darwin]))).verdict
    assert (Word.BETTER, True) == (verdict.word, verdict.fragile)


def test_an_undecided_contrast_says_how_many_more_seeds(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Added to those it has; a decided one says nothing."""
    undecided = only(analyse(study_record, range(3), runs(make_run, (0.03, 0.005, 0.02)))).verdict
    assert Word.UNDECIDED is undecided.word
    assert undecided.more_seeds is not None
    assert 1 <= undecided.more_seeds < 100
    assert (
        only(analyse(study_record, range(3), runs(make_run, (0.03, 0.031, 0.032)))).verdict.more_seeds is None
    )


class TestLooks:
    """Planned looks and what is not trained any further."""

    design = Design(seeds=tuple(range(20)), looks=(5, 10, 15, 20))

    def test_a_look_is_stricter_than_a_fixed_number_of_seeds(
        self, study_record: StudyRecord, make_run: MakeRun
    ) -> None:
        """The same five pairs: better, and undecided at the first of four looks."""
        records = runs(make_run, (0.020, 0.030, 0.022, 0.028, 0.025))
        alone = only(analyse(study_record, range(5), records))
        looked = only(analyse(study_record, range(5), records, design=self.design))
        assert (Word.BETTER, Word.UNDECIDED) == (alone.verdict.word, looked.verdict.word)
        assert looked.verdict.interval.low < alone.verdict.interval.low
        assert 0.9 < looked.promise <= 1

    def test_what_was_found_stays_found(self, study_record: StudyRecord, make_run: MakeRun) -> None:
        """A strong difference at the second look, weakened by later seeds."""
        strong = [0.03 + 0.001 * (seed % 3) for seed in range(10)]
        rng = np.random.default_rng(0)
        weak = [*strong, *(rng.normal(0, 0.3, size=10))]
        later = only(analyse(study_record, range(20), runs(make_run, weak), design=self.design))
        assert Word.BETTER is later.verdict.word
        assert later.verdict.interval.low < 0

    def test_arms_that_are_decided_need_no_more_seeds(
        self, study_record: StudyRecord, make_run: MakeRun
    ) -> None:
        """Their contrast keeps the looks it has had, and its runs are not missed."""
        arms = (*study_record.arms, replace(study_record.arms[1], name="deep", identity="deep"))
        contrasts = (Contrast("wide", "flat", margin=0.01), Contrast("deep", "wide", margin=0.01))
        study = replace(study_record, arms=arms, contrasts=contrasts)
        rng = np.random.default_rng(1)
        records = [
            make_run(arm, seed, {"flat": 0.8, "wide": 0.9, "deep": 0.9}[arm] + rng.normal(0, 0.002))
            for seed in range(10)
            for arm in ("flat", "wide", "deep")
            if seed < 5 or arm != "flat"
        ]
        planned = {(run.spec.arm, run.spec.seed) for run in records}
        analysis = analyse(study, range(10), records, design=self.design, planned=planned)
        first, second = analysis.contrasts
        assert (5, 10) == (first.n, second.n)
        assert () == analysis.missing
        alone = analyse(study, range(5), records, design=self.design)
        assert first.verdict.interval == alone.contrasts[0].verdict.interval


def test_what_is_read_while_it_runs_is_judged_at_any_time(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """And says that not all runs have ended."""
    analysis = analyse(study_record, range(6), runs(make_run, (0.03, 0.031, 0.032)))
    assert (Rule.ANYTIME, True) == (analysis.stage.rule, analysis.stage.interim)
    assert any("Not all planned runs have ended" in caveat for caveat in analysis.caveats)


def test_an_extended_study_says_why_its_intervals_are_wider(
    study_record: StudyRecord, make_run: MakeRun
) -> None:
    """Three seeds were planned, six are told."""
    deltas = [0.02, 0.03, 0.025, 0.02, 0.03, 0.025]
    extended = analyse(study_record, range(6), runs(make_run, deltas), design=Design(seeds=(0, 1, 2)))
    fixed = analyse(study_record, range(6), runs(make_run, deltas))
    assert only(extended).verdict.interval.low < only(fixed).verdict.interval.low
    assert any("anytime-valid" in caveat for caveat in extended.caveats)


def test_failed_runs_are_no_reason_for_another_rule(study_record: StudyRecord, make_run: MakeRun) -> None:
    """A run that diverged has ended."""
    records = [
        *runs(make_run, (0.02, 0.03)),
        make_run("flat", 2),
        make_run("wide", 2, status=Status.DIVERGED),
    ]
    assert Rule.FIXED is analyse(study_record, range(3), records).stage.rule


def test_examples_say_where_arms_disagree(study_record: StudyRecord, make_run: MakeRun) -> None:
    """Eight examples of two classes; the treatment is right on all of one class, the control on none."""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1], "<i4")
    data = replace(
        study_record.dataset,
        test_labels=zlib.compress(labels.tobytes()),
        n_test=8,
        classes=2,
        class_names=("cat", "dog"),
    )
    bits = {"flat": b"\xf0", "wide": b"\xff"}

    def tested(run: RunRecord) -> RunRecord:
        assert run.test is not None
        return replace(run, test=replace(run.test, n=8, correct_bits=bits[run.spec.arm]))

    records = [tested(run) for run in runs(make_run, (0.5, 0.5, 0.5))]
    examples = only(analyse(replace(study_record, dataset=data), range(3), records)).examples
    assert examples is not None
    assert ("dog", 4, 1.0, 0.0) == (
        examples.classes[0].name,
        examples.classes[0].n,
        examples.classes[0].treatment,
        examples.classes[0].control,
    )
    assert [4, 5, 6, 7] == sorted(each.index for each in examples.examples)
    assert 0.5 == examples.disagreement
    assert [(4, 0)] * 3 == [(pair.only_treatment, pair.only_control) for pair in examples.pairs]
    assert 2 / 2**4 == examples.pairs[0].test.exact_p


def test_every_pair_of_arms_and_all_against_one() -> None:
    """Three arms make three pairs, two of them against the first."""
    names = ("a", "b", "c")
    pairs = [(pair.treatment, pair.control) for pair in Contrast.pairs(names, margin=0.01)]
    assert [(later, earlier) for earlier, later in itertools.combinations(names, 2)] == pairs
    assert [("b", "a"), ("c", "a")] == [
        (each.treatment, each.control) for each in Contrast.against("a", names[1:])
    ]
