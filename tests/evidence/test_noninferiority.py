"""A change does no harm if it is shown to lose less than the margin."""

import math

import numpy as np
import pytest
from scipy import stats

from paribus.evidence import Harm, harm_test


@pytest.mark.parametrize(
    ("deltas", "harm"),
    [
        ((0.001, 0.002, 0.0015), Harm.NONE),
        ((-0.001, -0.002, -0.0015), Harm.NONE),
        ((-0.02, -0.021, -0.022), Harm.HARM),
        ((-0.004, -0.006, -0.005), Harm.INCONCLUSIVE),
        ((0.03, -0.04, 0.01), Harm.INCONCLUSIVE),
    ],
)
def test_each_way_at_the_margin(deltas: tuple[float, ...], harm: Harm) -> None:
    """With a margin of .005; a loss the other way round for what is better when lower."""
    assert harm is harm_test(deltas, margin=0.005).harm
    assert harm is harm_test([-delta for delta in deltas], margin=0.005, rises=False).harm


def test_it_is_students_t_against_the_margin() -> None:
    """As SciPy's one-sample test says, each way."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        deltas = rng.normal(-0.004, 0.005, size=int(rng.integers(2, 20)))
        found = harm_test(deltas, margin=0.005)
        greater = stats.ttest_1samp(deltas, -0.005, alternative="greater").pvalue
        assert greater == pytest.approx(found.no_harm_p, rel=1e-9)
        assert 1 - greater == pytest.approx(found.harm_p, rel=1e-9)


def test_it_says_how_many_seeds_would_tell() -> None:
    """More than there are; none that can be named at the margin itself, and none of one seed."""
    found = harm_test((0.03, -0.04, 0.01), margin=0.005)
    assert found.seeds is not None
    assert found.seeds > 3
    assert None is harm_test((0.01,), margin=0.005).seeds
    assert None is harm_test((-0.015, 0.005), margin=0.005).seeds


def test_equal_differences_count_by_their_signs() -> None:
    """Five of them are enough, fewer are not."""
    assert [Harm.INCONCLUSIVE, Harm.NONE] == [harm_test([0.0] * n, margin=0.01).harm for n in (4, 5)]
    assert Harm.HARM is harm_test([-0.02] * 5, margin=0.01).harm
    assert 5 == harm_test([0.0] * 3, margin=0.01).seeds


def test_nothing_to_test_is_inconclusive() -> None:
    """No difference, or one."""
    for deltas in ((), (0.1,)):
        found = harm_test(deltas, margin=0.01)
        assert Harm.INCONCLUSIVE is found.harm
        assert math.isnan(found.no_harm_p)


def test_a_margin_must_be_positive() -> None:
    """Zero would never be lost for sure."""
    with pytest.raises(ValueError, match="positive"):
        harm_test((0.1, 0.2), margin=0.0)
