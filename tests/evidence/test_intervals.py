"""The interval is Student's, and undefined is not zero."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paribus.evidence import t_interval

SLEEP = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
DARWIN = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]


@pytest.mark.parametrize(
    ("differences", "level", "expected"),
    [
        (SLEEP, 0.95, (0.7001, 2.4599)),
        (SLEEP, 0.90, (0.8670, 2.2930)),
        (DARWIN, 0.95, (0.0312, 41.8355)),
    ],
)
def test_published_intervals_are_met(
    differences: list[float], level: float, expected: tuple[float, float]
) -> None:
    """Student's sleep data and Darwin's maize give the textbook values."""
    assert expected == pytest.approx(tuple(t_interval(differences, level=level)), abs=5e-5)


@pytest.mark.parametrize("differences", [[], [0.5]])
def test_one_seed_says_nothing_about_spread(differences: list[float]) -> None:
    """Fewer than two differences give NaN, not zero."""
    assert all(math.isnan(end) for end in t_interval(differences))


def test_seeds_that_agree_exactly_have_no_spread() -> None:
    """Equal differences give an interval of one point: what was seen, said as it is."""
    assert (0.25, 0.25) == t_interval([0.25, 0.25, 0.25])


@pytest.mark.parametrize("differences", [[math.nan, 1.0], [math.inf, 1.0], [[1.0, 2.0]]])
def test_what_is_no_row_of_numbers_is_refused(differences: list[float]) -> None:
    """NaN, infinity and tables are errors, not intervals."""
    with pytest.raises(ValueError, match="finite"):
        t_interval(differences)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_levels_are_probabilities(level: float) -> None:
    """95 is no level."""
    with pytest.raises(ValueError, match="probability"):
        t_interval(SLEEP, level=level)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=20), st.floats(-10, 10))
def test_shifting_all_differences_shifts_the_interval(differences: list[float], shift: float) -> None:
    """The interval moves with the mean and keeps its width."""
    moved = t_interval([difference + shift for difference in differences])
    np.testing.assert_allclose(moved, np.add(t_interval(differences), shift), atol=1e-9)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=20))
def test_swapping_the_arms_mirrors_the_interval(differences: list[float]) -> None:
    """Control minus treatment has the negated ends."""
    mirrored = t_interval([-difference for difference in differences])
    np.testing.assert_allclose(mirrored, [-end for end in reversed(t_interval(differences))], atol=1e-12)
