"""Laws that hold of all paired differences."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from paribus.evidence import (
    Interval,
    Read,
    Reading,
    Sample,
    Verdict,
    Word,
    anytime,
    anytime_reach,
    at_looks,
    benjamini_hochberg,
    bounds,
    detectable_effect,
    effect_size,
    equivalence_power,
    fixed,
    holm,
    max_t,
    mcnemar,
    nominal_levels,
    paired_t,
    power,
    promise,
    reach,
    seeds_for,
    seeds_for_equivalence,
    seeds_to_decide,
    sequential_p,
    sign_flip_p,
    smallest_sign_flip_p,
    spending,
    spread,
    t_interval,
    two_way,
    verdicts,
)

ALPHA = 0.05
PLANS = ((0.25, 0.5, 0.75, 1.0), (0.1, 0.25, 1.0), (0.1, 1 / 3, 1.0), (0.5, 1.0), (0.3,))
OPPOSITE = {
    Word.BETTER: Word.WORSE,
    Word.WORSE: Word.BETTER,
    Word.EQUIVALENT: Word.EQUIVALENT,
    Word.UNDECIDED: Word.UNDECIDED,
}
ROWS: dict[str, list[float]] = {
    "none": [],
    "one": [0.5],
    "two": [0.25, 0.5],
    "two equal": [0.5, 0.5],
    "two opposite": [0.5, -0.5],
    "all equal": [0.25] * 9,
    "all zero": [0.0] * 9,
    "ties": [0.125, 0.125, -0.125, 0.25, 0.0, 0.0, 0.125],
    "one differs": [0.25] * 8 + [0.5],
    "huge": [1e100, 3e100, -2e100, 5e100, 1e100, 2e100, 2e100],
    "tiny": [1e-100, 3e-100, -2e-100, 5e-100, 1e-100, 2e-100, 2e-100],
    "both": [1e-100, 1.0, 1e100, 1e-100, 1.0, 1e100],
    "a mean of millions of standard deviations": [1 + 1e-9, 1.0, 1 - 1e-9, 1 + 2e-9, 1.0, 1.0],
    "many": list(np.linspace(-1, 2, 64)),
}
DESIGNS = ("fixed", "anytime", "looks")

Deltas = NDArray[np.float64]
unhurried = settings(
    deadline=None
)  # the first example imports SciPy and computes tables that the others find


@dataclass(frozen=True, kw_only=True)
class Case:
    """A sample and how it is read; at looks, if any, that are at these parts of all information."""

    sample: Sample
    design: str
    information: tuple[float, ...] = ()

    @property
    def read(self) -> Read:
        return {"fixed": fixed, "anytime": anytime, "looks": at_looks(self.information)}[self.design]

    def verdict(self) -> Verdict:
        return verdicts([self.sample], read=self.read, rng=np.random.default_rng(0))[0]

    def reading(self) -> Reading:
        return self.read(self.sample)

    def changed(self, by: Callable[[Deltas], Deltas], unit: float = 1.0) -> "Case":
        margin = None if self.sample.margin is None else self.sample.margin * unit
        return replace(self, sample=replace(self.sample, deltas=by(self.sample.deltas), margin=margin))

    def looks(self) -> list["Case"]:
        """Return the case as it was at each of its looks."""
        counts = self.sample.at_looks
        return [
            replace(
                self,
                sample=replace(self.sample, deltas=self.sample.deltas[:n], at_looks=counts[: look + 1]),
                information=self.information[: look + 1],
            )
            for look, n in enumerate(counts)
        ] or [self]

    def varies(self) -> bool:
        """Return whether there is spread at every look."""
        return all(spread(case.sample.deltas) > 0 for case in self.looks())


differences = st.integers(-2048, 2048).map(lambda k: k / 1024)  # their sums are exact: what is equal stays so
coarse = st.integers(-2, 2).map(lambda k: k / 256)


def _shifted(shift: float, row: list[float]) -> list[float]:
    return [shift + delta for delta in row]


rows: st.SearchStrategy[list[float]] = (
    st.lists(differences, max_size=12)
    | st.lists(coarse, max_size=12)
    | st.builds(_shifted, differences, st.lists(coarse, max_size=12))
)
margins = st.integers(1, 4096).map(lambda k: k / 1024)
probabilities = st.one_of(st.floats(0, 1), st.floats(-30, 0).map(lambda exponent: 10.0**exponent))


@st.composite
def cases(draw: st.DrawFn, designs: tuple[str, ...] = DESIGNS) -> Case:
    deltas, design = np.array(draw(rows), np.float64), draw(st.sampled_from(designs))
    sample = Sample(deltas, draw(st.none() | margins), draw(st.booleans()))
    if design != "looks":
        return Case(sample=sample, design=design)
    plan = draw(st.sampled_from(PLANS))
    information = plan[: draw(st.integers(1, min(len(plan), 1 + len(deltas))))]
    earlier = draw(st.permutations(range(len(deltas))))[: len(information) - 1]
    looks = (*sorted(earlier), len(deltas))
    return Case(sample=replace(sample, at_looks=looks), design=design, information=information)


class TestSymmetries:
    """What a comparison must not depend on."""

    @unhurried
    @given(cases())
    def test_swapping_treatment_and_control_mirrors_words_and_signs(self, case: Case) -> None:
        """Better turns worse, intervals and means change their sign, probabilities stay."""
        there, back = case.verdict(), case.changed(np.negative).verdict()
        assert OPPOSITE[there.word] == back.word
        assert _words(there)[1:] == _words(back)[1:]
        np.testing.assert_allclose(_probabilities(there), _probabilities(back), rtol=1e-12)
        for ours, theirs in (
            (there.interval, back.interval),
            (there.narrow, back.narrow),
            (there.effect.interval, back.effect.interval),
        ):
            np.testing.assert_allclose([-ours.high, -ours.low], theirs, rtol=1e-7, atol=1e-15)
        np.testing.assert_array_equal([-there.mean, -there.effect.value], [back.mean, back.effect.value])
        np.testing.assert_allclose(there.posterior, back.posterior[::-1], atol=1e-12)

    @unhurried
    @given(cases())
    def test_less_being_better_mirrors_the_word_alone(self, case: Case) -> None:
        """All numbers stay."""
        there = case.verdict()
        back = replace(case, sample=replace(case.sample, rises=not case.sample.rises)).verdict()
        assert OPPOSITE[there.word] == back.word
        np.testing.assert_array_equal(_probabilities(there), _probabilities(back))
        np.testing.assert_array_equal(there.interval, back.interval)

    @unhurried
    @given(cases(), st.integers(-80, 80))
    def test_the_unit_changes_nothing_but_itself(self, case: Case, exponent: int) -> None:
        """Differences and margin times a power of two: the same words and probabilities, intervals times the same."""
        unit = 2.0**exponent
        ours, theirs = case.verdict(), case.changed(lambda deltas: deltas * unit, unit).verdict()
        assert _words(ours) == _words(theirs)
        np.testing.assert_array_equal(_probabilities(ours), _probabilities(theirs))
        np.testing.assert_array_equal(ours.effect.interval, theirs.effect.interval)
        for mine, other in ((ours.interval, theirs.interval), (ours.narrow, theirs.narrow)):
            np.testing.assert_array_equal(np.multiply(mine, unit), other)
        np.testing.assert_array_equal(
            [ours.mean * unit, ours.spread * unit, ours.detectable * unit],
            [theirs.mean, theirs.spread, theirs.detectable],
        )

    @unhurried
    @given(cases(), st.floats(1e-3, 1e3))
    def test_any_unit_keeps_probabilities(self, case: Case, unit: float) -> None:
        """But for rounding, where there is spread."""
        assume(case.varies())
        assume(abs(abs(case.sample.deltas.mean()) - (case.sample.margin or 0)) > 1e-9)  # p jumps to 1 there
        ours, theirs = case.reading(), case.changed(lambda deltas: deltas * unit, unit).reading()
        np.testing.assert_allclose([ours.p, ours.equivalence_p], [theirs.p, theirs.equivalence_p], rtol=1e-6)

    @unhurried
    @given(cases(), st.integers(0, 2**32 - 1))
    def test_the_order_of_seeds_between_two_looks_does_not_matter(self, case: Case, seed: int) -> None:
        """Nor of all of them where there is one look."""
        assume(case.varies())
        rng = np.random.default_rng(seed)
        ends = [0, *(case.sample.at_looks or [len(case.sample.deltas)])]
        order = np.concatenate([low + rng.permutation(high - low) for low, high in itertools.pairwise(ends)])
        ours, theirs = case.reading(), case.changed(lambda deltas: deltas[order]).reading()
        np.testing.assert_allclose([ours.p, ours.equivalence_p], [theirs.p, theirs.equivalence_p], rtol=1e-6)
        np.testing.assert_allclose(ours.interval, theirs.interval, atol=1e-9)


def _words(found: Verdict) -> tuple[object, ...]:
    return found.word, found.remark, found.fragile, found.more_seeds


def _probabilities(found: Verdict) -> list[float]:
    return [
        found.p,
        found.adjusted_p,
        found.equivalence_p,
        found.sign_flip_p,
        found.signed_rank.p,
    ]


class TestWords:
    """What each word takes."""

    @unhurried
    @given(cases())
    def test_without_a_margin_nothing_is_equivalent(self, case: Case) -> None:
        """Nor is anything said about one."""
        found = replace(case, sample=replace(case.sample, margin=None)).verdict()
        assert Word.EQUIVALENT != found.word
        assert math.isnan(found.equivalence_p)
        assert "margin" not in found.remark

    @unhurried
    @given(cases())
    def test_words_follow_from_mean_and_probabilities(self, case: Case) -> None:
        """Equivalence comes first, then the direction of what was found, which is better where it is the wanted one."""
        found, sign = case.verdict(), case.reading().sign
        if found.n < 2:
            expected = Word.UNDECIDED
        elif found.equivalence_p < ALPHA:
            expected = Word.EQUIVALENT
        elif sign and found.adjusted_p < ALPHA:
            expected = Word.BETTER if (sign > 0) == case.sample.rises else Word.WORSE
        else:
            expected = Word.UNDECIDED
        assert expected == found.word

    @unhurried
    @given(cases())
    def test_the_sign_is_that_of_the_mean_that_p_is_about(self, case: Case) -> None:
        """At looks that of the first at which p was as small as it is now; else that of all differences."""
        found = case.reading()
        assume(found.p < 1)
        that_look = next(look for look in case.looks() if look.reading().p == found.p)
        assert np.sign(that_look.sample.deltas.mean()) == found.sign

    @unhurried
    @given(cases())
    def test_remarks_follow_from_the_interval(self, case: Case) -> None:
        """Without zero but equivalent it is real but below the margin; beyond the margin, as found, it is by at least that."""
        assume(case.varies() and case.sample.margin is not None)
        found, sign, margin = case.verdict(), case.reading().sign, case.sample.margin or math.nan
        low, high = found.interval
        if found.word is Word.EQUIVALENT:
            assert ("real, but below the margin" if low > 0 or high < 0 else "") == found.remark
        elif found.word is Word.UNDECIDED:
            assert not found.remark
        else:
            beyond = low >= margin if sign > 0 else high <= -margin
            assert ("by at least the margin" if beyond else "") == found.remark

    @unhurried
    @given(cases())
    def test_equivalence_is_the_narrow_interval_within_the_margin(self, case: Case) -> None:
        """Its p is below .05 exactly there, under each design, where there is spread; at looks, at one of those so far, and now not outside."""
        margin = case.sample.margin
        assume(margin is not None and case.varies())
        found = case.reading().equivalence_p
        assume(abs(found - ALPHA) > 1e-9)
        narrows = [look.reading().narrow for look in case.looks()]
        within = any(-(margin or 0) < low and high < (margin or 0) for low, high in narrows)
        outside = narrows[-1].low >= (margin or 0) or narrows[-1].high <= -(margin or 0)
        assert (within and not outside) == (found < ALPHA)

    @unhurried
    @given(cases())
    def test_direction_is_the_interval_without_zero(self, case: Case) -> None:
        """The same of p: at one of the looks so far, where there is spread."""
        assume(case.varies())
        found = case.reading().p
        assume(abs(found - ALPHA) > 1e-9)
        intervals = [look.reading().interval for look in case.looks()]
        assert any(low > 0 or high < 0 for low, high in intervals) == (found < ALPHA)

    @unhurried
    @given(cases())
    def test_wide_intervals_contain_narrow_ones(self, case: Case) -> None:
        """And these the mean; those that hold at several looks contain Student's."""
        assume(len(case.sample.deltas) > 1)
        ours, students = case.reading(), fixed(case.sample)
        for wide, narrow in (
            (ours.interval, ours.narrow),
            (ours.interval, students.interval),
            (ours.narrow, students.narrow),
        ):
            assert wide.low <= narrow.low + 1e-9
            assert narrow.high <= wide.high + 1e-9
        assert ours.narrow.low <= case.sample.deltas.mean() <= ours.narrow.high

    @unhurried
    @given(cases())
    def test_more_seeds_are_asked_for_only_of_the_undecided(self, case: Case) -> None:
        """And then one at least."""
        found = case.verdict()
        assert found.more_seeds is None or (Word.UNDECIDED == found.word and found.more_seeds >= 1)

    @unhurried
    @given(st.lists(differences, min_size=2, max_size=12), margins)
    def test_one_look_at_all_seeds_spends_nearly_all_of_the_level(
        self, row: list[float], margin: float
    ) -> None:
        """Student's t at 94 % of it, down to the least level that looks are held against."""
        deltas, spent = np.array(row), 0.94
        ours = at_looks((1.0,))(Sample(deltas, margin, at_looks=(len(row),)))
        theirs = fixed(Sample(deltas, margin))
        np.testing.assert_allclose(ours.interval, t_interval(deltas, level=1 - spent * ALPHA), atol=1e-7)
        np.testing.assert_allclose(ours.narrow, t_interval(deltas, level=1 - spent * 2 * ALPHA), atol=1e-7)
        np.testing.assert_allclose([ours.p], [min(1.0, max(theirs.p, 1e-12) / spent)], rtol=1e-6)
        assert theirs.sign == ours.sign
        equivalence_p = min(0.5, max(theirs.equivalence_p, 5e-13) / spent)
        if ours.narrow.low >= margin or ours.narrow.high <= -margin:
            equivalence_p = 1.0
        np.testing.assert_allclose([ours.equivalence_p], [equivalence_p], rtol=1e-6)


class TestFamilies:
    """Several contrasts at once."""

    @unhurried
    @given(st.lists(rows, max_size=4), st.sampled_from(("fixed", "anytime")))
    def test_adjusting_never_makes_p_smaller(self, table: list[list[float]], design: str) -> None:
        """Nor larger than 1; what was not tested stays so, and does not count."""
        samples = [Sample(np.array(row, np.float64)) for row in table]
        read = Case(sample=Sample(np.zeros(0)), design=design).read
        found = verdicts(samples, read=read, rng=np.random.default_rng(0))
        for verdict in found:
            assert math.isnan(verdict.p) == math.isnan(verdict.adjusted_p)
            assert math.isnan(verdict.p) or verdict.p <= verdict.adjusted_p <= 1
        assert len(table) == len(found)

    @unhurried
    @given(st.lists(probabilities | st.just(math.nan), max_size=8), probabilities)
    def test_another_contrast_never_makes_one_surer(self, p: list[float], another: float) -> None:
        """By Holm's adjustment."""
        alone, together = holm(p), holm([*p, another])[:-1]
        assert all(math.isnan(one) or one <= other for one, other in zip(alone, together, strict=True))

    @unhurried
    @given(st.lists(probabilities, max_size=8))
    def test_contrasts_that_could_not_be_tested_were_asked_all_the_same(self, p: list[float]) -> None:
        """By Holm's adjustment; Benjamini and Hochberg's is of those that were tested."""
        np.testing.assert_array_equal(holm([*p, 1.0])[:-1], holm([*p, math.nan])[:-1])
        np.testing.assert_array_equal(benjamini_hochberg(p), benjamini_hochberg([*p, math.nan])[:-1])

    @unhurried
    @given(st.lists(probabilities, min_size=1, max_size=8))
    def test_the_order_of_contrasts_does_not_matter(self, p: list[float]) -> None:
        """And smaller p values stay smaller; Benjamini and Hochberg's are no larger than Holm's."""
        for adjust in (holm, benjamini_hochberg):
            np.testing.assert_array_equal(adjust(p)[::-1], adjust(p[::-1]))
            assert (np.diff(adjust(sorted(p))) >= 0).all()
            assert (adjust(p) >= p).all()
        assert (benjamini_hochberg(p) <= holm(p)).all()

    @unhurried
    @given(st.lists(differences, min_size=2, max_size=8))
    def test_the_largest_t_of_one_contrast_is_its_sign_flip(self, row: list[float]) -> None:
        """As t rises with the mean where squares stay."""
        expected = sign_flip_p(row) if sum(row) else 1.0
        assert [pytest.approx(expected)] == list(max_t([row], rng=np.random.default_rng(0)))

    @unhurried
    @given(
        st.integers(2, 7).flatmap(
            lambda n: st.lists(st.lists(differences, min_size=n, max_size=n), min_size=2, max_size=4)
        )
    )
    def test_the_largest_t_is_no_surer_than_signs_alone(self, table: list[list[float]]) -> None:
        """It is at least each contrast's own and at least 2 / 2^S, at most 1, and rises with another contrast."""
        found = max_t(table, rng=np.random.default_rng(0))
        alone = np.array([sign_flip_p(row) if sum(row) else 1.0 for row in table])
        assert (found >= alone - 1e-12).all()
        assert (found >= smallest_sign_flip_p(len(table[0])) - 1e-12).all()
        assert (found <= 1).all()
        assert (max_t(table[:-1], rng=np.random.default_rng(0)) <= found[:-1] + 1e-12).all()


class TestEdges:
    """Defined results, and no exception, at the ends of what can come."""

    @pytest.mark.parametrize("design", DESIGNS)
    @pytest.mark.parametrize("margin", [None, 1e-3, 1.0, 1e101])
    @pytest.mark.parametrize("name", ROWS)
    def test_every_row_has_a_verdict(self, name: str, margin: float | None, design: str) -> None:
        """Probabilities are such, intervals have two ends or none, and fewer than two differences decide nothing."""
        deltas = np.array(ROWS[name], np.float64)
        looks = (len(deltas) // 2, len(deltas)) if len(deltas) > 1 else (len(deltas),)
        sample = Sample(deltas, margin, at_looks=looks if design == "looks" else ())
        information = tuple(0.5 * (look + 1) for look in range(len(looks)))
        found = Case(sample=sample, design=design, information=information).verdict()
        for p in _probabilities(found):
            assert math.isnan(p) or 0 <= p <= 1
        for low, high in (found.interval, found.narrow, found.effect.interval):
            assert low <= high or (math.isnan(low) and math.isnan(high))
        if len(deltas) < 2:
            assert Word.UNDECIDED == found.word
            assert found.remark
            assert math.isnan(found.p)
            assert math.isnan(found.adjusted_p)
            assert math.inf == found.detectable
        if name == "all zero":
            assert found.word in (Word.EQUIVALENT, Word.UNDECIDED)
            assert 1.0 == found.p

    @pytest.mark.parametrize("n", range(2, 12))
    def test_equal_differences_are_as_sure_as_signs(self, n: int) -> None:
        """Better from six on, equivalent from five."""
        deltas = np.full(n, 0.25)
        found = Case(sample=Sample(deltas), design="fixed").verdict()
        assert (Word.BETTER if n >= 6 else Word.UNDECIDED) == found.word
        found = Case(sample=Sample(deltas, 0.5), design="fixed").verdict()
        assert (Word.EQUIVALENT if n >= 5 else Word.UNDECIDED) == found.word

    @pytest.mark.parametrize("deltas", [[0.1] * 3, [0.95 - 0.94, 0.94 - 0.93, 0.93 - 0.92]])
    def test_equal_differences_have_no_spread_when_rounded(self, deltas: list[float]) -> None:
        """Three that are equal but for the last digits of a double prove nothing, under any design."""
        assert 0.0 == spread(deltas)
        for design in DESIGNS:
            sample = Sample(np.array(deltas), at_looks=(3,) if design == "looks" else ())
            assert Word.UNDECIDED == Case(sample=sample, design=design, information=(1.0,)).verdict().word

    @unhurried
    @given(st.lists(differences, min_size=2, max_size=12), st.integers(-200, 200))
    def test_spread_is_that_of_numpy_but_for_rounding(self, row: list[float], exponent: int) -> None:
        """Differences that are equal to nine digits have none; of others it is theirs, in any unit."""
        unit = 2.0**exponent
        assert np.std(row, ddof=1) * unit == pytest.approx(spread(np.array(row) * unit), rel=1e-12)
        assert 0.0 == spread((1e4 + 1e-6 * np.array(row)) * unit)

    @pytest.mark.parametrize("unit", [1e39, 1e-46])
    def test_drawn_signs_do_not_depend_on_the_unit(self, unit: float) -> None:
        """Beyond twenty differences, too."""
        deltas = np.linspace(-1, 2, 30)
        expected = sign_flip_p(deltas, rng=np.random.default_rng(0))
        assert expected == sign_flip_p(deltas * unit, rng=np.random.default_rng(0))

    @pytest.mark.parametrize("design", DESIGNS)
    @pytest.mark.parametrize("deltas", [[], [0.5]])
    def test_fewer_than_two_differences_are_not_tested(self, deltas: list[float], design: str) -> None:
        """All p values are NaN, and other contrasts of the family are adjusted for such a one, too."""
        other = np.array([1.0, 1.125, 0.875, 1.25, 0.75, 1.0])
        untested, tested = (
            Sample(row, 1.0, at_looks=(len(row),) if design == "looks" else ())
            for row in (np.array(deltas, np.float64), other)
        )
        case = Case(sample=untested, design=design, information=(0.5,))
        found, another = verdicts([untested, tested], read=case.read, rng=np.random.default_rng(0))
        assert np.isnan([found.p, found.adjusted_p, found.equivalence_p]).all()
        assert min(1.0, 2 * another.p) == another.adjusted_p

    def test_what_was_found_at_a_look_keeps_its_direction(self) -> None:
        """Better after five seeds is not worse after ten because the mean has turned, where ten alone find nothing."""
        deltas = np.array([1.0, 1.01, 0.99, 1.02, 0.98, -2.0, -2.0, -2.0, -2.0, -2.0])
        sample = Sample(deltas, at_looks=(5, 10))
        case = Case(sample=sample, design="looks", information=(0.25, 0.5))
        assert [Word.BETTER] * 2 == [look.verdict().word for look in case.looks()]
        assert [1, 1] == [look.reading().sign for look in case.looks()]

    def test_equivalence_does_not_stand_where_the_interval_is_outside_the_margin(self) -> None:
        """It was found after five seeds; fifteen more, far away, make it better by at least the margin."""
        deltas = np.concatenate([[0.25, -0.25, 0.0, 0.125, -0.125], np.tile([50.0, 50.5, 51.0], 5)])
        sample = Sample(deltas, 1.0, at_looks=(5, 20))
        case = Case(sample=sample, design="looks", information=(0.5, 1.0))
        first, second = (look.verdict() for look in case.looks())
        assert Word.EQUIVALENT == first.word
        assert (Word.BETTER, "by at least the margin", 1.0) == (
            second.word,
            second.remark,
            second.equivalence_p,
        )

    def test_equivalence_stands_where_the_interval_is_not_outside_the_margin(self) -> None:
        """It was found after five seeds; fifteen more make the interval wider than the margin."""
        deltas = np.concatenate([[0.25, -0.25, 0.0, 0.125, -0.125], np.tile([5.0, -5.0, 0.5], 5)])
        sample = Sample(deltas, 1.0, at_looks=(5, 20))
        case = Case(sample=sample, design="looks", information=(0.5, 1.0))
        assert [Word.EQUIVALENT] * 2 == [look.verdict().word for look in case.looks()]
        assert case.reading().narrow.high > 1.0


class TestLooks:
    """Levels that are spent from look to look."""

    informations = st.lists(
        st.integers(1, 100).map(lambda part: part / 100), min_size=1, max_size=4, unique=True
    ).map(lambda parts: tuple(sorted(parts)))

    @unhurried
    @given(informations, st.sampled_from([0.05, 0.1, 0.01]))
    def test_no_look_spends_more_than_is_allowed_until_then(
        self, information: tuple[float, ...], alpha: float
    ) -> None:
        """A nominal level is at most the spending up to its look; together they are at least the spending at the last."""
        levels = nominal_levels(information, alpha=alpha)
        allowed = [spending(part, alpha=alpha) for part in information]
        assert all(level <= spent + 1e-9 for level, spent in zip(levels, allowed, strict=True))
        assert sum(levels) >= allowed[-1] - 1e-9
        assert all(0 <= earlier < later <= alpha for earlier, later in itertools.pairwise(allowed))

    @unhurried
    @given(informations)
    def test_later_looks_do_not_change_earlier_bounds(self, information: tuple[float, ...]) -> None:
        """So that looks may be added."""
        assert bounds(information)[:-1] == (bounds(information[:-1]) if information[:-1] else ())

    @unhurried
    @given(st.sampled_from(PLANS), st.lists(probabilities, min_size=4, max_size=4), st.data())
    def test_sequential_p_is_monotone(
        self, information: tuple[float, ...], p: list[float], data: st.DataObject
    ) -> None:
        """It rises with every look's p, never with another look, and lies between the least level and 1."""
        p = p[: len(information)]
        look = data.draw(st.integers(0, len(p) - 1))
        larger = [*p[:look], data.draw(st.floats(p[look], 1)), *p[look + 1 :]]
        found = sequential_p(p, information)
        assert 1e-12 <= found <= 1
        assert found <= sequential_p(larger, information)
        assert found <= sequential_p(p[: look + 1], information)
        assert sequential_p(p[: look + 1], information[: look + 1]) == sequential_p(
            p[: look + 1], information
        )

    @unhurried
    @given(st.sampled_from(PLANS), st.lists(probabilities, min_size=4, max_size=4), st.integers(1, 20))
    def test_sequential_p_is_below_a_level_where_a_look_finds_it(
        self, information: tuple[float, ...], p: list[float], contrasts: int
    ) -> None:
        """At those levels at which Holm decides, where p is not too small to tell it from 0."""
        p, level = [max(one, 1e-15) for one in p[: len(information)]], ALPHA / contrasts
        levels = nominal_levels(information, alpha=level)
        assume(all(abs(one - at) > 1e-9 * at for one, at in zip(p, levels, strict=True)))
        crossed = any(one < at for one, at in zip(p, levels, strict=True))
        assert crossed == (sequential_p(p, information) < level)

    @unhurried
    @given(st.lists(st.just(math.nan), max_size=4))
    def test_looks_that_could_not_test_say_nothing(self, p: list[float]) -> None:
        """NaN of none; else those that could count."""
        assert math.isnan(sequential_p(p, PLANS[0]))
        if len(p) < len(PLANS[0]):
            assert sequential_p([*p, 1e-4], PLANS[0]) < 1


class TestSeeds:
    """How many it takes."""

    effects = st.floats(0.05, 5)
    counts = st.integers(2, 300)

    @unhurried
    @given(effects, counts, st.sampled_from([0.01, 0.05, 0.2]))
    def test_power_rises_with_everything(self, effect: float, n: int, alpha: float) -> None:
        """Effect, seeds and level; from the level, where there is no effect, to 1; alike for both signs."""
        found = power(effect, n, alpha=alpha)
        assert alpha - 1e-9 <= found <= 1 + 1e-9
        assert found <= power(1.1 * effect, n, alpha=alpha) + 1e-9
        assert found <= power(effect, n + 1, alpha=alpha) + 1e-9
        assert found <= power(effect, n, alpha=1.1 * alpha) + 1e-9
        assert found == pytest.approx(power(-effect, n, alpha=alpha), abs=1e-12)
        assert alpha == pytest.approx(power(0.0, n, alpha=alpha), abs=1e-9)

    @unhurried
    @given(effects)
    def test_required_seeds_are_the_fewest(self, effect: float) -> None:
        """They reach what is wanted, one less does not; for equivalence, too."""
        for seeds, chance in ((seeds_for(effect), power), (seeds_for_equivalence(effect), equivalence_power)):
            assert seeds is not None
            assert chance(effect, seeds) >= 0.8
            assert seeds == 2 or chance(effect, seeds - 1) < 0.8

    @unhurried
    @given(counts)
    def test_what_can_be_detected_is_detected(self, n: int) -> None:
        """With probability .8, and less with more seeds."""
        assert 0.8 == pytest.approx(power(detectable_effect(n), n), abs=1e-7)
        assert detectable_effect(n + 1) < detectable_effect(n)

    @unhurried
    @given(
        st.just(0.0) | st.floats(0.05, 2) | st.floats(-2, -0.05),
        st.floats(0.01, 2),
        st.none() | st.floats(0.05, 3),
        st.integers(2, 50),
    )
    def test_seeds_to_decide_are_the_fewest_from_those_there_are(
        self, mean: float, spread: float, margin: float | None, n: int
    ) -> None:
        """A margin never takes more; more at hand are never fewer."""
        found = seeds_to_decide(mean, spread, margin=margin, n=n)
        least = seeds_to_decide(mean, spread, margin=margin)
        without = seeds_to_decide(mean, spread, margin=None)
        assert (None if least is None else max(n, least)) == found
        assert without is None or (least is not None and least <= without)

    @unhurried
    @given(st.lists(differences, max_size=12), st.integers(2, 40), st.none() | margins)
    def test_promise_is_a_probability(self, row: list[float], most: int, margin: float | None) -> None:
        """1 where nothing speaks against going on; a margin never makes it less."""
        found = promise(np.array(row, np.float64), most, margin=margin)
        assert 0 <= found <= 1
        assert promise(np.array(row, np.float64), most, margin=None) <= found
        assert 1.0 == promise(np.full(3, 0.25), most, margin=margin)

    @unhurried
    @given(st.integers(2, 200), st.sampled_from([0.01, 0.05, 0.1]))
    def test_looking_at_any_time_takes_wider_intervals(self, n: int, alpha: float) -> None:
        """Than one look, at whatever prior."""
        assert all(anytime_reach(n, alpha=alpha, g=g) > reach(n, level=1 - alpha) for g in (0.1, 1.0, 10.0))


class TestOther:
    """Two models, crossed effects, effect sizes."""

    @unhurried
    @given(st.integers(0, 500), st.integers(0, 500))
    def test_mcnemar_does_not_care_who_is_first(self, first: int, second: int) -> None:
        """And its correction never makes the statistic larger."""
        found = mcnemar(first, second)
        np.testing.assert_array_equal(found, mcnemar(second, first))
        assert 0 <= found.exact_p <= 1
        assert first + second == 0 or 0 <= found.corrected <= found.chi_squared

    tables = st.tuples(st.integers(2, 6), st.integers(2, 12)).flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(-1, 1), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )

    @unhurried
    @given(tables)
    def test_seeds_and_examples_are_alike_to_crossed_effects(self, table: list[list[int]]) -> None:
        """Where the variance of neither is estimated below 0, swapping them changes only whose it is; signs do not matter."""
        found, swapped = two_way(table), two_way(np.transpose(table))
        if found.radius > 0 and swapped.radius > 0:
            np.testing.assert_allclose(found.error, swapped.error, rtol=1e-7)
            assert found.from_examples + swapped.from_examples <= 1 + 1e-9
        np.testing.assert_allclose(two_way(np.negative(table)), found, atol=1e-12)
        assert math.isnan(found.from_examples) or 0 <= found.from_examples <= 1 + 1e-12

    @unhurried
    @given(tables, st.floats(0.5, 0.99))
    def test_new_examples_never_make_an_interval_narrower(self, table: list[list[int]], level: float) -> None:
        """It has the same middle; the error is not below that over seeds; what says nothing of its ends stays so."""
        by_seed = np.mean(table, axis=1)
        found, seeds = two_way(table), t_interval(by_seed, level=level)
        extended = found.extended(seeds)
        assert extended.low <= seeds.low + 1e-12
        assert seeds.high <= extended.high + 1e-12
        assert pytest.approx(seeds.low + seeds.high, abs=1e-9) == extended.low + extended.high
        assert found.error >= spread(by_seed) / math.sqrt(len(by_seed)) - 1e-12
        nowhere = Interval(-math.inf, math.inf)
        assert nowhere == found.extended(nowhere)

    @unhurried
    @given(st.lists(st.integers(-1, 1), min_size=2, max_size=6), st.integers(2, 12))
    def test_examples_that_are_all_alike_do_not_matter(self, by_seed: list[int], examples: int) -> None:
        """The interval stays that of the seeds."""
        found = two_way(np.tile(by_seed, (examples, 1)).T)
        assert 0.0 == found.radius
        assert found.extended(t_interval(by_seed)) == pytest.approx(t_interval(by_seed))

    @pytest.mark.parametrize("shape", [(1, 5), (5, 1), (1, 1)])
    def test_one_seed_or_one_example_says_nothing(self, shape: tuple[int, int]) -> None:
        """All is NaN."""
        assert np.isnan(two_way(np.ones(shape))).all()

    @unhurried
    @given(st.lists(differences, min_size=2, max_size=12), st.floats(0.5, 0.99))
    def test_effect_sizes_are_signed_as_the_t_test(self, row: list[float], level: float) -> None:
        """Their interval leaves out 0 where p is below its level, and contains the value."""
        found = paired_t(row)
        assume(math.isfinite(found.t) and abs(found.t) < 15 and abs(found.p - (1 - level)) > 1e-6)
        value, (low, high) = effect_size(row, level=level)
        assert low < value < high
        assert (low > 0 or high < 0) == (found.p < 1 - level)

    @unhurried
    @given(st.lists(differences, max_size=12))
    def test_sign_flips_reach_no_less_than_their_least(self, row: list[float]) -> None:
        """2 / 2^S, and 1 at most."""
        if row:
            assert smallest_sign_flip_p(len(row)) <= sign_flip_p(row) <= 1
        else:
            assert math.isnan(sign_flip_p(row))
