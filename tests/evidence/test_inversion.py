"""Where curves meet, by hand, by brute force, and how often the true place is covered."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from paribus.evidence import Span, anytime_reach, crossings, need, not_excluded, reach, spread, t_interval
from tests.evidence.simulated import Rate

VALUES = (100.0, 1_000.0, 10_000.0)
STEPS = np.arange(7, dtype=np.float64)
OCTAVES = [1_000.0 * 2.0**step for step in range(7)]


def around(*means: float, wobble: float = 0.1) -> NDArray[np.float64]:
    """Return three seeds' differences around these means."""
    return np.array([[-wobble], [0.0], [wobble]]) + np.array(means)


def fixed(seeds: int, values: Sequence[float] = VALUES) -> list[float]:
    return [reach(seeds)] * len(values)


def test_a_mean_changes_places_where_interpolation_says() -> None:
    """From -1 at 100 to +1 at 1,000: half of the way in the logarithm; a zero that is only touched is none."""
    assert (pytest.approx(10**2.5),) == crossings([-1, 1, 2], VALUES)
    assert (pytest.approx(10**2.25), pytest.approx(10**3.5)) == crossings([-1, 3, -3], VALUES)
    assert () == crossings([1, 0, 1], VALUES)
    assert (1_000.0,) == crossings([1, 0, -1], VALUES)
    assert () == crossings([0, 0, 0], VALUES)
    assert (pytest.approx(10**2.5),) == crossings([1, 0, 0, -1], (10, 100, 1_000, 10_000))


def test_the_set_by_hand() -> None:
    """Two seeds at -1 ± e and +3 ± e, e the same everywhere: the mean is -1 + 4 w, and |mean| <= 12.706 e / √2."""
    e = 0.01
    delta = [[-1 - e, 3 - e], [-1 + e, 3 + e]]
    radius = 12.706204736 * e  # of two values: t / √2, times the spread √2 e
    low, high = (10 ** (2 + (1 + sign * radius) / 4) for sign in (-1, 1))
    (span,) = not_excluded(delta, VALUES[:2], radius_C=fixed(2, VALUES[:2]))
    assert (pytest.approx(low), pytest.approx(high)) == span


def test_ends_that_are_not_excluded_are_unbounded() -> None:
    """Beyond the values that were tried nobody knows."""
    up, down = [[-1.0, 3.0], [1.0, 3.1], [0.0, 2.9]], [[-3.0, 1.0], [-3.1, -1.0], [-2.9, 0.0]]
    (below,) = not_excluded(up, VALUES[:2], radius_C=fixed(3, VALUES[:2]))
    (above,) = not_excluded(down, VALUES[:2], radius_C=fixed(3, VALUES[:2]))
    assert -math.inf == below.low
    assert math.inf == above.high
    assert 100 < below.high < 1_000
    assert 100 < above.low < 1_000


def test_a_set_can_have_several_parts_or_none() -> None:
    """Two changes of places are two parts; curves that stay apart have none."""
    first, second = not_excluded(around(-1, 3, -3, wobble=0.01), VALUES, radius_C=fixed(3))
    assert first.low < 10**2.25 < first.high < second.low < 10**3.5 < second.high
    assert () == not_excluded(around(1, 1, 1, wobble=0.01), VALUES, radius_C=fixed(3))


def test_nothing_is_excluded_where_nothing_can_be_told() -> None:
    """Of one seed, of an infinite radius, of equal arms, and of differences that do not vary as long as they are few."""
    everything = (Span(-math.inf, math.inf),)
    assert everything == not_excluded([[1.0, 2.0, 3.0]], VALUES, radius_C=fixed(1))
    assert everything == not_excluded([[1.0, 2, 3], [2, 3, 3.1]], VALUES, radius_C=[math.inf] * 3)
    assert everything == not_excluded(np.zeros((8, 3)), VALUES, radius_C=fixed(8))
    assert everything == not_excluded(np.ones((5, 3)), VALUES, radius_C=fixed(5))
    assert () == not_excluded(np.ones((6, 3)), VALUES, radius_C=fixed(6))
    (point,) = not_excluded(np.tile([-1.0, 1.0, 2.0], (6, 1)), VALUES, radius_C=fixed(6))
    assert (pytest.approx(10**2.5), pytest.approx(10**2.5)) == point


def test_between_two_values_the_wider_interval_counts() -> None:
    """A cell that was looked at otherwise widens what rests on it, and nothing else."""
    delta = around(-3, -1, 1, 3)
    values = (10, 100, 1_000, 10_000)
    narrow = not_excluded(delta, values, radius_C=[reach(3)] * 4)
    other = not_excluded(delta, values, radius_C=[reach(3)] * 3 + [3 * reach(3)])
    wider = not_excluded(delta, values, radius_C=[reach(3)] * 2 + [3 * reach(3)] * 2)
    assert narrow == other
    assert wider[0].low < narrow[0].low < narrow[0].high < wider[0].high


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 7).flatmap(
        lambda seeds: st.lists(
            st.lists(st.integers(-3_000, 3_000), min_size=4, max_size=4),
            min_size=seeds,
            max_size=seeds,
        )
    ),
)
def test_the_set_is_that_of_the_intervals(rows: list[list[int]]) -> None:
    """Value by value, Student's interval of the interpolated differences includes 0 exactly in the set."""
    delta, values = np.array(rows) / 1_000, [1.0, 3.0, 10.0, 20.0]
    spans = not_excluded(delta, values, radius_C=fixed(len(rows), values))
    for place in np.linspace(0.03, 2.97, 50):
        segment, part = int(place), place - int(place)
        ends = delta[:, segment], delta[:, segment + 1]
        if not (spread(ends[0]) and spread(ends[1])):
            continue
        low, high = t_interval((1 - part) * ends[0] + part * ends[1])
        value = math.exp(float(np.interp(float(place), [0.0, 1.0, 2.0, 3.0], np.log(values))))
        if min(abs(low), abs(high)) > 1e-6:
            assert (low <= 0 <= high) == any(span.low <= value <= span.high for span in spans)


def test_what_is_needed_by_hand() -> None:
    """It reaches the score half of the way from 100 to 1,000; falling scores are reached from above."""
    delta = around(-1, 1, 2)
    found, falling = (need(sign * delta, VALUES, radius_C=fixed(3), rises=sign > 0) for sign in (1, -1))
    assert pytest.approx(10**2.5) == found.value == falling.value
    ((low, high),) = found.spans
    assert low < 10**2.5 < high
    assert found.spans == falling.spans


@pytest.mark.parametrize(
    ("level", "value", "spans"),
    [
        (5.0, -math.inf, (Span(-math.inf, 100.0),)),
        (-5.0, math.inf, (Span(10_000.0, math.inf),)),
    ],
)
def test_less_than_was_tried_and_more(level: float, value: float, spans: tuple[Span, ...]) -> None:
    """Better already at the first value, worse still at the last."""
    delta = level + around(0, 1, 2)
    assert (value, spans) == need(delta, VALUES, radius_C=fixed(3))


def test_what_is_needed_at_a_value_itself() -> None:
    """Exactly reached there."""
    assert 100.0 == need(around(0, 1, 2), VALUES, radius_C=fixed(3)).value
    assert 1_000.0 == need(around(-1, 0, 2), VALUES, radius_C=fixed(3)).value


def curves(
    rng: np.random.Generator, repeats: int, seeds: int, mean_C: NDArray[np.float64], draw: str
) -> NDArray[np.float64]:
    """Return differences around a mean that share a part by seed, and spread more where the control is small. Shape `(R, S, C)`."""
    shape = (repeats, seeds, len(mean_C))
    scale = np.linspace(1.5, 0.5, len(mean_C))
    if draw == "accuracies":  # of 1,000 test examples, in standard deviations
        wrong = rng.binomial(1_000, 0.1, size=(2, *shape))
        return mean_C + (wrong[0] - wrong[1]) / math.sqrt(180)
    own = rng.standard_t(3, size=shape) if draw == "heavy tails" else rng.normal(size=shape)
    return mean_C + scale * (0.7 * own + 0.7 * rng.normal(size=(repeats, seeds, 1)))


@pytest.mark.parametrize("repeats", [500, pytest.param(20_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("draw", ["normal", "accuracies", "heavy tails"])
def test_the_true_crossover_is_covered(repeats: int, seeds: int, draw: str) -> None:
    """In 95 % of studies; heavy tails in more. Steep curves give intervals, flat ones mostly sets without an end."""
    rng = np.random.default_rng([repeats, seeds, len(draw)])
    for slope in (0.3, 3.0):
        mean = slope * (STEPS - 3.4)
        truth = 1_000 * 2**3.4
        found = [
            not_excluded(delta, OCTAVES, radius_C=fixed(seeds, OCTAVES))
            for delta in curves(rng, repeats, seeds, mean, draw)
        ]
        covered = Rate(sum(any(low <= truth <= high for low, high in spans) for spans in found), repeats)
        bounded = Rate(sum(all(map(math.isfinite, sum(spans, ()))) for spans in found), repeats)
        print(
            f"\ncrossover, {draw}, {seeds} seeds, slope {slope}: covered {covered}, bounded {bounded}", end=""
        )
        assert covered.may_be_at_least({"normal": 0.95, "accuracies": 0.947, "heavy tails": 0.947}[draw])
        assert covered.may_be_at_most({"normal": 0.95, "accuracies": 0.953, "heavy tails": 0.98}[draw])


@pytest.mark.parametrize("repeats", [500, pytest.param(20_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("needed", [-1.5, 2.3, 7.5], ids=["fewer", "between", "more"])
def test_what_is_needed_is_covered(repeats: int, needed: float) -> None:
    """In 95 % of studies, also where it lies below all values that were tried, or above."""
    rng = np.random.default_rng([repeats, int(10 * (needed + 2))])
    for seeds in (3, 5, 10):
        samples = curves(rng, repeats, seeds, 0.8 * (STEPS - needed), "normal")
        spans = [need(delta, OCTAVES, radius_C=fixed(seeds, OCTAVES)).spans for delta in samples]
        truth = 1_000 * 2**needed
        covered = Rate(sum(any(low <= truth <= high for low, high in each) for each in spans), repeats)
        print(f"\nneed at octave {needed}, {seeds} seeds: covered {covered}", end="")
        assert covered.may_be_at_least(0.95)


@pytest.mark.parametrize("repeats", [150, pytest.param(5_000, marks=pytest.mark.long)])
def test_an_anytime_radius_covers_after_every_seed(repeats: int) -> None:
    """All sets after 3 to 20 seeds together cover the crossover in at least 95 % of studies."""
    rng = np.random.default_rng(repeats)
    truth, hits = 1_000 * 2**3.4, 0
    for delta in curves(rng, repeats, 20, STEPS - 3.4, "normal"):
        sets = (not_excluded(delta[:n], OCTAVES, radius_C=[anytime_reach(n)] * 7) for n in range(3, 21))
        hits += all(any(low <= truth <= high for low, high in spans) for spans in sets)
    covered = Rate(hits, repeats)
    print(f"\ncrossover, anytime: covered {covered}", end="")
    assert covered.may_be_at_least(0.95)
