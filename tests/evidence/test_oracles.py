"""Other people's implementations give the same numbers wherever they define the same thing."""

import itertools
import math
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, special, stats

from paribus.evidence import (
    Interval,
    anytime_reach,
    anytime_t,
    benjamini_hochberg,
    bounds,
    constant_shape_bounds,
    detectable_effect,
    effect_size,
    equivalence_p,
    equivalence_power,
    holm,
    max_t,
    mcnemar,
    paired_t,
    pairing,
    power,
    rope,
    seeds_for,
    seeds_to_decide,
    sign_flip_p,
    signed_rank,
    spending,
    t_interval,
    two_way,
)
from paribus.evidence._noncentral import noncentral_t_cdf

# Imported by name because they are not typed.
baycomp = import_module("baycomp")
contingency_tables = import_module("statsmodels.stats.contingency_tables")
multitest = import_module("statsmodels.stats.multitest")
sm_power = import_module("statsmodels.stats.power")
weightstats = import_module("statsmodels.stats.weightstats")

DRAWS = range(8)
CLOSE = 1e-9


def close(expected: Any, rel: float = CLOSE) -> Any:
    return pytest.approx(expected, rel=rel, abs=CLOSE)


@pytest.fixture(params=DRAWS)
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


@pytest.fixture
def delta_S(rng: np.random.Generator) -> NDArray[np.float64]:  # noqa: N802 -- shaped (S,)
    """Return 2 to 40 differences of some mean, size and shape."""
    n = int(rng.integers(2, 41))
    shapes: tuple[Callable[[], NDArray[np.float64]], ...] = (
        lambda: rng.normal(size=n),
        lambda: rng.exponential(size=n) - 1,
        lambda: rng.standard_t(3, size=n),
    )
    return 10.0 ** rng.integers(-6, 4) * (rng.normal() + shapes[rng.integers(3)]())


class TestOneContrast:
    """A mean, its direction, its size."""

    def test_paired_t_is_that_of_scipy_and_statsmodels(self, delta_S: NDArray[np.float64]) -> None:
        """Two arms' scores give the t, p and interval of both."""
        control = np.linspace(0, 1, len(delta_S))
        scipys = stats.ttest_rel(control + delta_S, control)
        t, p, _ = weightstats.DescrStatsW(delta_S).ttest_mean(0.0)
        found = paired_t(delta_S)
        assert close((scipys.statistic, scipys.pvalue), rel=1e-6) == (found.t, found.p)
        assert close((t, p)) == (found.t, found.p)

    @pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
    def test_intervals_are_those_of_scipy_and_statsmodels(
        self, delta_S: NDArray[np.float64], level: float
    ) -> None:
        """At any level."""
        scipys = stats.ttest_1samp(delta_S, 0.0).confidence_interval(level)
        assert close((scipys.low, scipys.high)) == tuple(t_interval(delta_S, level=level))
        theirs = weightstats.DescrStatsW(delta_S).tconfint_mean(1 - level)
        assert close(theirs) == tuple(paired_t(delta_S, level=level).interval)

    def test_two_one_sided_tests_are_those_of_statsmodels(self, delta_S: NDArray[np.float64]) -> None:
        """With the mean within the margin and outside it, paired and of the differences."""
        control = np.linspace(0, float(np.abs(delta_S).max()), len(delta_S))
        for share in (0.5, 1.0, 2.0, 10.0):
            margin = share * float(abs(delta_S.mean()))
            p = weightstats.DescrStatsW(delta_S).ttost_mean(-margin, margin)[0]
            assert close(p) == equivalence_p(delta_S, margin=margin)
            p = weightstats.ttost_paired(control + delta_S, control, -margin, margin)[0]
            assert close(p) == equivalence_p(control + delta_S - control, margin=margin)

    def test_effect_sizes_are_means_in_standard_deviations(self, delta_S: NDArray[np.float64]) -> None:
        """Its interval's ends are those at which SciPy's noncentral t has 2.5 % on either side."""
        found = effect_size(delta_S)
        assert close(delta_S.mean() / stats.tstd(delta_S)) == found.value
        t, root = float(stats.ttest_1samp(delta_S, 0.0).statistic), math.sqrt(len(delta_S))
        tails = [float(stats.nct.cdf(t, len(delta_S) - 1, end * root)) for end in found.interval]
        assert [0.975, 0.025] == pytest.approx(tails, abs=1e-7)

    def test_posterior_is_that_of_baycomp(self, delta_S: NDArray[np.float64]) -> None:
        """Without the correction for overlapping training sets, as seeds are independent."""
        n, margin = len(delta_S), 0.7 * float(np.abs(delta_S).mean())
        var = float(delta_S.var(ddof=1)) / n
        theirs = baycomp.single.Posterior(float(delta_S.mean()), var, n - 1, margin).probs()
        assert close(theirs) == tuple(rope(delta_S, margin=margin))

    def test_posterior_is_that_of_baycomp_with_its_correlation_undone(
        self, delta_S: NDArray[np.float64]
    ) -> None:
        """Its variance is 1 / (n - 1) + 1 / n of the differences' where ours is 1 / n; scaled by that, its test is ours."""
        n, margin = len(delta_S), 0.7 * float(np.abs(delta_S).mean())
        shrunk = delta_S.mean() + (delta_S - delta_S.mean()) / math.sqrt(1 + n / (n - 1))
        theirs = baycomp.two_on_single(np.zeros(n), shrunk, rope=margin)
        assert close(theirs) == tuple(rope(delta_S, margin=margin))

    def test_pairing_is_numpys_correlation(self, rng: np.random.Generator) -> None:
        """And the ratio of the variances of Welch's and the paired test's difference."""
        treatment, control = rng.normal(size=(2, 9)) + rng.normal(size=9)
        found = pairing(treatment, control)
        assert close(stats.pearsonr(treatment, control).statistic) == found.correlation
        welch = stats.ttest_ind(treatment, control, equal_var=False).statistic
        paired = stats.ttest_rel(treatment, control).statistic
        assert close((paired / welch) ** 2) == found.gain


class TestSigns:
    """Exact tests."""

    @pytest.mark.parametrize("decimals", [0, 1, 12])
    def test_sign_flips_are_scipys_permutations(self, rng: np.random.Generator, decimals: int) -> None:
        """All of them; ties and zeros, as rounding makes them, included."""
        delta = np.round(rng.normal(0.5, 1.0, size=int(rng.integers(1, 11))), decimals)
        theirs = stats.permutation_test(
            (delta,), np.mean, permutation_type="samples", n_resamples=2**11, vectorized=False
        )
        assert close(theirs.pvalue) == sign_flip_p(delta)

    def test_drawn_signs_come_near_those_of_scipy(self) -> None:
        """Beyond twenty differences, within what 19,999 draws leave open."""
        rng = np.random.default_rng(0)
        delta = rng.normal(0.4, 1.0, size=22)
        sums = np.zeros(1)
        for size in np.abs(delta):
            sums = np.concatenate([sums - size, sums + size])
        expected = float((np.abs(sums) >= abs(delta.sum()) * (1 - 1e-12)).mean())
        error = math.sqrt(expected * (1 - expected) / 20_000)
        assert expected == pytest.approx(sign_flip_p(delta, rng=rng), abs=5 * error)

    def test_signed_ranks_are_scipys(self, rng: np.random.Generator) -> None:
        """Exactly, where there are neither ties nor zeros."""
        delta = rng.normal(0.5, 1.0, size=int(rng.integers(1, 16)))
        theirs = stats.wilcoxon(delta, method="exact")
        assert close((theirs.statistic, theirs.pvalue)) == tuple(signed_rank(delta))

    def test_signed_ranks_with_ties_are_scipys_by_permutation(self, rng: np.random.Generator) -> None:
        """Zeros left out, ties at their mean rank, all signs tried."""
        delta = np.round(rng.normal(0.5, 1.0, size=9), 1)
        theirs = stats.wilcoxon(
            delta[delta != 0], method=stats.PermutationMethod(n_resamples=2**9 + 1), zero_method="wilcox"
        )
        assert close((theirs.statistic, theirs.pvalue)) == tuple(signed_rank(delta))

    def test_mcnemar_is_that_of_statsmodels(self, rng: np.random.Generator) -> None:
        """Exact, and by chi-squared with and without correction."""
        first, second = (int(count) for count in rng.integers(0, 200, size=2))
        found = mcnemar(first, second)
        table = [[5, first], [second, 5]]
        exact = contingency_tables.mcnemar(table, exact=True).pvalue
        plain, corrected = (
            contingency_tables.mcnemar(table, exact=False, correction=correction).statistic
            for correction in (False, True)
        )
        assert close((plain, corrected, exact)) == tuple(found)


class TestSeveralContrasts:
    """Adjusted p values."""

    @pytest.mark.parametrize(
        ("ours", "theirs"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")], ids=["holm", "bh"]
    )
    def test_adjusted_p_values_are_those_of_statsmodels(
        self,
        rng: np.random.Generator,
        ours: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        theirs: str,
    ) -> None:
        """With ties, and however many."""
        p = np.round(rng.uniform(size=int(rng.integers(1, 20))) ** 3, 2)
        np.testing.assert_allclose(ours(p), multitest.multipletests(p, method=theirs)[1], rtol=CLOSE)

    def test_untested_contrasts_count_as_asked(self, rng: np.random.Generator) -> None:
        """Those of the tested ones are those of statsmodels where the others' p values are 1."""
        p = np.where(rng.uniform(size=8) < 0.4, np.nan, rng.uniform(size=8))
        tested = ~np.isnan(p)
        expected = np.full(8, np.nan)
        if tested.any():
            expected[tested] = multitest.multipletests(np.where(tested, p, 1.0), method="holm")[1][tested]
        np.testing.assert_allclose(holm(p), expected, rtol=CLOSE)

    def test_max_t_is_its_definition(self, rng: np.random.Generator) -> None:
        """All signs, SciPy's t, and step by step the largest of the contrasts not yet passed."""
        deltas = rng.normal(0.6, 1.0, size=(3, int(rng.integers(3, 8)))) + rng.normal(size=(1, 1))
        np.testing.assert_allclose(max_t(deltas, rng=rng), _slow_max_t(deltas), rtol=CLOSE)

    def test_drawn_max_t_comes_near_its_definition(self) -> None:
        """Beyond 13 seeds, within what 9,999 draws leave open."""
        rng = np.random.default_rng(1)
        deltas = rng.normal(0.5, 1.0, size=(3, 14))
        expected = _slow_max_t(deltas)
        error = np.sqrt(expected * (1 - expected) / 10_000) + 1e-4
        assert (np.abs(max_t(deltas, rng=rng) - expected) < 5 * error).all()


def _slow_max_t(delta_CxS: NDArray[np.float64]) -> NDArray[np.float64]:
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=delta_CxS.shape[1])))
    observed = np.abs(stats.ttest_1samp(delta_CxS, 0.0, axis=1).statistic)
    flipped_CxD = np.abs(stats.ttest_1samp(delta_CxS[:, None, :] * signs, 0.0, axis=2).statistic)
    p, least = np.ones(len(observed)), 0.0
    left = list(np.argsort(-observed))
    while left:
        largest = flipped_CxD[left].max(axis=0)
        least = max(least, float((largest >= observed[left[0]] * (1 - 1e-9)).mean()))
        p[left.pop(0)] = least
    return p


class TestPower:
    """How many seeds, and what they see."""

    @pytest.mark.parametrize("shift", [-6.0, -1.5, 0.0, 0.7, 4.0, 12.0])
    @pytest.mark.parametrize("freedom", [1, 2, 4, 9, 29, 99])
    @pytest.mark.parametrize("t", [-8.0, -2.0, 0.0, 0.5, 3.0, 10.0])
    def test_noncentral_t_is_scipys(self, t: float, freedom: int, shift: float) -> None:
        """Where SciPy's is a number."""
        expected = float(stats.nct.cdf(t, freedom, shift))
        assert math.isnan(expected) or close(expected) == noncentral_t_cdf(t, freedom, shift)

    @pytest.mark.parametrize("freedom", [2, 9, 19])
    @pytest.mark.parametrize("t", [50.0, 200.0, 1000.0])
    def test_noncentral_t_is_its_integral_for_large_t(self, t: float, freedom: int) -> None:
        """A chi's survival, and where it matters SciPy's adaptive quadrature."""
        shift, step = 0.9 * t, 9 / t

        def density(spread: float) -> float:
            chi = float(stats.chi.pdf(spread * math.sqrt(freedom), freedom)) * math.sqrt(freedom)
            return chi * float(stats.norm.cdf(t * spread - shift))

        near = integrate.quad(density, 0.9 - step, 0.9 + step, epsabs=1e-13, limit=200)[0]
        beyond = float(stats.chi.sf((0.9 + step) * math.sqrt(freedom), freedom))
        assert close(near + beyond) == noncentral_t_cdf(t, freedom, shift)

    @pytest.mark.parametrize("alpha", [0.05, 0.01, 0.2])
    @pytest.mark.parametrize("n", [2, 3, 5, 10, 20, 100])
    @pytest.mark.parametrize("effect", [0.1, 0.5, -1.0, 2.0])
    def test_power_is_that_of_statsmodels(self, effect: float, n: int, alpha: float) -> None:
        """Of a two-sided paired t test, where theirs is a number."""
        expected = float(sm_power.TTestPower().power(effect, n, alpha))
        assert math.isnan(expected) or close(expected) == power(effect, n, alpha=alpha)

    @pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95])
    @pytest.mark.parametrize("effect", [0.1, 0.31, 0.5, 1.0, 1.7])
    def test_required_seeds_are_those_of_statsmodels(self, effect: float, wanted: float) -> None:
        """The next whole number of its solution."""
        solved = float(sm_power.TTestPower().solve_power(effect, alpha=0.05, power=wanted))
        assert math.ceil(solved) == seeds_for(effect, wanted=wanted)

    @pytest.mark.parametrize("n", [3, 5, 10, 20, 50])
    def test_detectable_effects_are_those_of_statsmodels(self, n: int) -> None:
        """Theirs is found with probability .8."""
        assert close(0.8) == sm_power.TTestPower().power(detectable_effect(n), n, 0.05)

    @pytest.mark.parametrize("n", [2, 3, 5, 10, 30])
    @pytest.mark.parametrize("margin", [0.2, 0.7, 1.5, 4.0])
    def test_equivalence_power_is_its_integral(self, margin: float, n: int) -> None:
        """Over the distribution of the sample's variance, by SciPy's adaptive quadrature."""
        critical = float(stats.t.ppf(0.95, n - 1))

        def density(spread: float) -> float:
            room = (margin - critical * spread / math.sqrt(n)) * math.sqrt(n)
            found = float(stats.norm.cdf(room) - stats.norm.cdf(-room))
            return found * float(stats.chi.pdf(spread * math.sqrt(n - 1), n - 1)) * math.sqrt(n - 1)

        expected = integrate.quad(density, 0.0, margin * math.sqrt(n) / critical, epsabs=1e-12, limit=200)[0]
        assert close(expected) == equivalence_power(margin, n)


class TestSeedsAndExamples:
    """Two crossed random effects."""

    def test_variance_components_are_those_of_their_definition(self, rng: np.random.Generator) -> None:
        """Mean squares by loops over cells, expected mean squares solved for the components, none of them below 0."""
        seeds, examples = (int(size) for size in rng.integers(2, 9, size=2))
        delta = _right_or_wrong(rng, seeds, examples, float(rng.choice([0.0, 2.0])))
        seed_ms, example_ms, rest_ms = _mean_squares(delta)
        from_examples = max(0.0, example_ms - rest_ms) / delta.size
        variance = seed_ms / delta.size + from_examples
        radius = float(stats.t.ppf(0.975, examples - 1)) * math.sqrt(from_examples)
        share = from_examples / variance if variance else math.nan
        assert pytest.approx((math.sqrt(variance), share, radius), nan_ok=True) == tuple(two_way(delta))

    def test_error_is_that_of_the_components(self) -> None:
        """σ²(seeds) / S + σ²(examples) / N + σ²(rest) / SN, where none is estimated below 0."""
        rng = np.random.default_rng(0)
        delta = _right_or_wrong(rng, 6, 7, 2.0)
        seed_ms, example_ms, rest_ms = _mean_squares(delta)
        seed_var, example_var = (seed_ms - rest_ms) / 7, (example_ms - rest_ms) / 6
        assert min(seed_var, example_var) > 0
        variance = seed_var / 6 + example_var / 7 + rest_ms / 42
        found = two_way(delta)
        assert close((math.sqrt(variance), example_var / 7 / variance)) == (found.error, found.from_examples)

    def test_squares_of_half_widths_add_up(self, rng: np.random.Generator) -> None:
        """SciPy's interval over the seeds' means, and what two-way analysis leaves to the examples."""
        delta = _right_or_wrong(rng, 5, 40, 0.5)
        seeds = stats.ttest_1samp(delta.mean(axis=1), 0.0).confidence_interval(0.95)
        found = two_way(delta)
        half = math.sqrt(((seeds.high - seeds.low) / 2) ** 2 + found.radius**2)
        extended = found.extended(t_interval(delta.mean(axis=1)))
        assert close((delta.mean() - half, delta.mean() + half)) == tuple(extended)

    def test_seeds_that_are_all_alike_leave_the_interval_of_examples(self, rng: np.random.Generator) -> None:
        """SciPy's over these."""
        delta_N = rng.integers(-1, 2, size=30)
        scipys = stats.ttest_1samp(delta_N, 0.0).confidence_interval(0.95)
        mean = float(delta_N.mean())
        found = two_way(np.tile(delta_N, (4, 1)))
        assert close((scipys.low, scipys.high)) == tuple(found.extended(Interval(mean, mean)))
        assert close(1.0) == found.from_examples


def _right_or_wrong(
    rng: np.random.Generator, seeds: int, examples: int, spread: float
) -> NDArray[np.float64]:
    """Return treatment right minus control right, where seeds and examples differ by so much. Shape `(S, N)`."""
    latent = (
        spread * rng.normal(size=(2, seeds, 1))
        + spread * rng.normal(size=(2, 1, examples))
        + rng.normal(size=(2, seeds, examples))
    )
    right = (latent > 0).astype(np.float64)
    return right[0] - right[1]


def _mean_squares(delta_SxN: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return those of seeds, examples and their interaction, cell by cell."""
    seeds, examples = delta_SxN.shape
    mean = sum(delta_SxN[s, i] for s in range(seeds) for i in range(examples)) / (seeds * examples)
    row = [sum(delta_SxN[s, i] for i in range(examples)) / examples for s in range(seeds)]
    column = [sum(delta_SxN[s, i] for s in range(seeds)) / seeds for i in range(examples)]
    over_seeds = examples * sum((value - mean) ** 2 for value in row) / (seeds - 1)
    over_examples = seeds * sum((value - mean) ** 2 for value in column) / (examples - 1)
    rest = sum(
        (delta_SxN[s, i] - row[s] - column[i] + mean) ** 2 for s in range(seeds) for i in range(examples)
    )
    return float(over_seeds), float(over_examples), float(rest) / ((seeds - 1) * (examples - 1))


class TestLooks:
    """Bounds of those who published theirs, and their crossing probabilities by other integrals."""

    @pytest.mark.parametrize(
        ("information", "published"),
        [
            ([0.5, 1.0], (2.9626, 1.9686)),
            ([0.2, 0.4, 0.6, 0.8, 1.0], (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
            ([0.10, 0.33, 1.0], (6.9913, 3.7308, 1.9605)),
        ],
    )
    def test_bounds_are_those_of_reboussin_and_others(
        self, information: list[float], published: tuple[float, ...]
    ) -> None:
        """Two-sided .05, of the programs that go with the spending functions (2000), and of their successor in R."""
        assert published == pytest.approx(bounds(information), abs=2e-4)

    @pytest.mark.parametrize("alpha", [0.05, 0.1, 0.05 / 6])
    @pytest.mark.parametrize("information", [(0.5, 1.0), (0.1, 0.25), (0.3, 0.7, 1.0), (0.1, 1 / 3, 1.0)])
    def test_crossing_probabilities_are_what_was_spent(
        self, information: tuple[float, ...], alpha: float
    ) -> None:
        """Look by look, by nested integrals over the increments."""
        found = bounds(information, alpha=alpha)
        for look in range(1, len(found) + 1):
            within = _probability_within(found[:look], information[:look])
            assert pytest.approx(1 - within, abs=1e-9) == spending(information[look - 1], alpha=alpha)

    def test_constant_shape_crosses_as_often_as_was_asked(self) -> None:
        """Three looks."""
        found = constant_shape_bounds(3)
        assert pytest.approx(0.95, abs=1e-8) == _probability_within(found, (1 / 3, 2 / 3, 1.0))


def _probability_within(bound_L: tuple[float, ...], information_L: tuple[float, ...]) -> float:
    """Return how likely up to three scores stay within their bounds."""
    edges = [bound * math.sqrt(part) for bound, part in zip(bound_L, information_L, strict=True)]
    steps = np.sqrt(np.diff([0.0, *information_L]))

    nodes, weights = np.polynomial.legendre.leggauss(80)

    def within(look: int, place_P: NDArray[np.float64]) -> NDArray[np.float64]:
        edge, step = edges[look], float(steps[look])
        if look == len(edges) - 1:
            return special.ndtr((edge - place_P) / step) - special.ndtr((-edge - place_P) / step)
        low, high = np.maximum(-edge, place_P - 9 * step), np.minimum(edge, place_P + 9 * step)
        places_PxN = (high + low)[:, None] / 2 + (high - low)[:, None] / 2 * nodes
        later_PxN = within(look + 1, places_PxN.ravel()).reshape(places_PxN.shape)
        densities_PxN = stats.norm.pdf(places_PxN, place_P[:, None], step)
        return (high - low) / 2 * ((later_PxN * densities_PxN) @ weights)

    return float(within(0, np.zeros(1))[0])


class TestAnyTime:
    """The e-value is a Bayes factor."""

    @pytest.mark.parametrize("g", [0.25, 1.0, 4.0])
    def test_evidence_is_a_ratio_of_likelihoods(self, rng: np.random.Generator, g: float) -> None:
        """Of t under effects drawn from a normal with variance 1 / g, against t under none: SciPy's densities integrated."""
        n = int(rng.integers(2, 30))
        delta = rng.normal(0.4, 1.0, size=n)
        t = paired_t(delta).t

        def weighted(effect: float) -> float:
            density = float(stats.nct.pdf(t, n - 1, effect * math.sqrt(n)))
            return density * float(stats.norm.pdf(effect, scale=1 / math.sqrt(g)))

        reach = 12 / math.sqrt(g)
        points = (0.0, t / math.sqrt(n))
        over_effects = integrate.quad(weighted, -reach, reach, points=points, epsabs=1e-13, limit=500)[0]
        assert pytest.approx(over_effects / float(stats.t.pdf(t, n - 1)), rel=1e-7) == anytime_t(delta, g=g).e

    def test_interval_ends_where_the_evidence_reaches_its_level(self, rng: np.random.Generator) -> None:
        """Against a mean at either end the e-value is 20."""
        delta = rng.normal(0.4, 1.0, size=int(rng.integers(5, 40)))
        assert [close(20.0)] * 2 == [anytime_t(delta - end).e for end in anytime_t(delta).interval]

    def test_interval_is_infinite_where_no_evidence_could_suffice(self) -> None:
        """Up to four seeds at 95 %: that of nearly equal differences stays below ((g + n) / g)^((n - 1) / 2), which is below 20."""
        assert [math.inf] * 4 == [anytime_reach(n) for n in (1, 2, 3, 4)]
        assert math.isfinite(anytime_reach(5))
        most = [(1 + n) ** ((n - 1) / 2) for n in (2, 3, 4, 5)]
        nearly = [1 + 1e-7 * np.arange(n) for n in (2, 3, 4, 5)]
        assert pytest.approx(most, rel=1e-9) == [anytime_t(delta).e for delta in nearly]
        assert [False, False, False, True] == [e > 20 for e in most]

    @pytest.mark.parametrize("n", range(2, 12))
    def test_equal_differences_are_half_as_sure_as_equal_signs(self, n: int) -> None:
        """Against signs that are as likely as not, all of them alike have the likelihood ratio 1/2 by 2^-n."""
        assert close(0.5 * (0.5 / 0.5**n)) == anytime_t([0.25] * n).e

    @pytest.mark.parametrize(
        ("mean", "spread", "margin", "alpha"),
        [
            (2.0, 1.0, None, 0.05),
            (-0.25, 0.5, None, 0.05 / 6),
            (0.3, 1.0, 1.0, 0.05),
            (0.0, 1.0, 0.5, 0.05),
            (0.0, 1.655, 0.01, 0.05),  # more than half of the most
        ],
    )
    def test_seeds_to_decide_are_the_fewest_with_probability_eight_tenths(
        self, mean: float, spread: float, margin: float | None, alpha: float
    ) -> None:
        """That a mean, by SciPy's normal, is farther from 0 than the interval's half width or nearer than the margin less the narrow one's."""

        def decides(n: int) -> float:
            means = stats.norm(mean, spread / math.sqrt(n))
            away = anytime_reach(n, alpha=alpha) * spread
            near = -math.inf if margin is None else margin - anytime_reach(n, alpha=0.1) * spread
            found = float(means.sf(away) + means.cdf(-away))
            return found + max(0.0, float(means.cdf(near) - means.cdf(-near)))

        n = seeds_to_decide(mean, spread, margin=margin, alpha=alpha)
        assert n is not None
        assert decides(n) >= 0.8 > decides(n - 1)
