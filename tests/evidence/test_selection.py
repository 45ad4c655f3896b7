"""How often a verdict errs where each arm's rate was selected on validation data of the same runs."""

import numpy as np
import pytest

from tests.evidence.simulated import Floats, Rate, moments, student_p

ALPHA = 0.05


def at_own_rates(
    rng: np.random.Generator, shape: tuple[int, int, int], *, shared: float, examples: float
) -> Floats:
    """Return an arm's test scores at the rate that validates best on the mean over seeds. Shape `(R, S)`.

    A run's validation and test scores share the run's own luck, and have each their own of finitely many examples.

    Args:
        rng: Draws scores.
        shape: Repeats, seeds and rates.
        shared: Spread of runs.
        examples: Spread of each score for its examples.
    """
    runs = rng.normal(scale=shared, size=shape)
    validation = runs + rng.normal(scale=examples, size=shape)
    test = runs + rng.normal(scale=examples, size=shape)
    best = validation.mean(axis=1).argmax(axis=-1)
    return np.take_along_axis(test, best[:, None, None], axis=2)[..., 0]


@pytest.mark.parametrize("repeats", [20_000, pytest.param(400_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("shared", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("rates", [3, 7])
def test_arms_that_are_alike_are_told_apart_no_more_often(repeats: int, shared: float, rates: int) -> None:
    """At equal tuning effort selection is as lucky in either arm: at most 5 % of verdicts are wrong."""
    rng = np.random.default_rng([repeats, int(10 * shared), rates])
    for seeds in (3, 5, 10):
        shape = (repeats, seeds, rates)
        one, other = (at_own_rates(rng, shape, shared=shared, examples=1.0) for _ in range(2))
        wrong = Rate.of(np.asarray(student_p(moments(one - other)) < ALPHA))
        print(f"\n{rates} rates, {seeds} seeds, runs spread {shared}: wrong {wrong}", end="")
        assert wrong.may_be_at_most(0.05)


@pytest.mark.parametrize("repeats", [20_000, pytest.param(400_000, marks=pytest.mark.long)])
def test_one_arm_tuned_and_the_other_not_is_no_comparison(repeats: int) -> None:
    """The luck of the tuned arm's runs is in its test scores, too: that is why both are tuned alike."""
    rng = np.random.default_rng(repeats)
    wrong: list[Rate] = []
    for rates in (1, 7):
        tuned = at_own_rates(rng, (repeats, 5, rates), shared=3.0, examples=1.0)
        plain = at_own_rates(rng, (repeats, 5, 1), shared=3.0, examples=1.0)
        wrong.append(Rate.of(np.asarray(student_p(moments(tuned - plain)) < ALPHA)))
        print(f"\n{rates} rates against one, 5 seeds: wrong {wrong[-1]}", end="")
    assert wrong[0].may_be(0.05, 0.05)
    assert not wrong[1].may_be_at_most(0.055)
