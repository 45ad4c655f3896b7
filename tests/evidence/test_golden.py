"""Published numbers, to the digits that were published."""

import math

import numpy as np
import pytest

from paribus.evidence import (
    anytime_t,
    benjamini_hochberg,
    bounds,
    constant_shape_bounds,
    detectable_effect,
    equivalence_p,
    holm,
    mcnemar,
    paired_t,
    power,
    rope,
    seeds_for,
    sign_flip_p,
    signed_rank,
    t_interval,
)

SLEEP = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
DARWIN = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
BENJAMINI = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_students_sleep_data() -> None:
    """Its t is 4.0621, p = .002833, 95 % interval .7001 to 2.4599, 90 % .8670 to 2.2930."""
    found = paired_t(SLEEP)
    assert (4.0621, 0.002833) == (round(found.t, 4), round(found.p, 6))
    assert (0.7001, 2.4599) == tuple(round(end, 4) for end in found.interval)
    assert (0.8670, 2.2930) == tuple(round(end, 4) for end in t_interval(SLEEP, level=0.90))


def test_darwins_maize_is_fragile() -> None:
    """The t test rejects at p = .0497, the exact sign-flip test does not: 1726 of 32768."""
    found = paired_t(DARWIN)
    assert (2.1480, 0.04970) == (round(found.t, 4), round(found.p, 5))
    assert (0.0312, 41.8355) == tuple(round(end, 4) for end in found.interval)
    assert 1726 / 32768 == sign_flip_p(DARWIN)


def test_anytime_valid_t() -> None:
    """E = 25.4751, p = .039254, 1.58 ± 1.5052 at g = 1."""
    found = anytime_t(SLEEP, g=1.0)
    assert (25.4751, 0.039254) == (round(found.e, 4), round(found.p, 6))
    low, high = found.interval
    assert (1.58, 1.5052) == (round((low + high) / 2, 4), round((high - low) / 2, 4))


@pytest.mark.parametrize(
    ("looks", "expected"),
    [(2, (2.797, 1.977)), (3, (3.471, 2.454, 2.004)), (5, (4.562, 3.226, 2.634, 2.281, 2.040))],
)
def test_obrien_flemings_bounds(looks: int, expected: tuple[float, ...]) -> None:
    """Two-sided .05, looks equally far apart."""
    assert expected == pytest.approx(constant_shape_bounds(looks), abs=6e-4)


def test_lan_demets_spending() -> None:
    """At a quarter, half and all of the information."""
    assert (4.333, 2.963, 1.969) == pytest.approx(bounds([0.25, 0.5, 1.0]), abs=6e-4)


def test_holm_rejects_three_and_benjamini_hochberg_four() -> None:
    """Of the fifteen of 1995."""
    assert (3, 4) == (int((holm(BENJAMINI) < 0.05).sum()), int((benjamini_hochberg(BENJAMINI) < 0.05).sum()))


def test_power() -> None:
    """34 pairs find half a standard deviation with .80778; what few seeds can see."""
    assert 0.80778 == round(power(0.5, 34), 5)
    assert 34 == seeds_for(0.5)
    expected = {3: 3.26, 5: 1.68, 10: 0.996, 20: 0.660, 30: 0.529}
    for n, effect in expected.items():
        assert effect == pytest.approx(detectable_effect(n), abs=0.006 if effect > 1 else 0.0006)


def test_mcnemar() -> None:
    """Of 150 and 86 examples that only one of two is right on."""
    found = mcnemar(150, 86)
    assert (17.356, 16.818) == (round(found.chi_squared, 3), round(found.corrected, 3))
    assert 3.716e-5 == pytest.approx(found.exact_p, rel=2e-4)


def test_two_one_sided_tests_agree_with_the_interval() -> None:
    """It is below .05 exactly where the 90 % interval lies within the margin."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        delta = rng.normal(0.2, 1.0, size=int(rng.integers(2, 30)))
        low, high = t_interval(delta, level=0.90)
        for margin in (0.3, 0.6, 1.0):
            assert (equivalence_p(delta, margin=margin) < 0.05) == (-margin < low and high < margin)


def test_undefined_is_not_zero() -> None:
    """Of one seed there is no test; of differences without spread, an infinite t and the p value that signs alone can give."""
    assert math.isnan(paired_t([1.0]).p)
    assert (math.inf, 0.5) == (paired_t([1.0, 1.0]).t, paired_t([1.0, 1.0]).p)
    assert 1.0 == paired_t([0.0, 0.0]).p


def test_signed_ranks() -> None:
    """Darwin's maize: W = 24, p = .041260; sleep, its zero left out: W = 0, p = .003906."""
    assert (24.0, 0.041260) == (signed_rank(DARWIN).w, round(signed_rank(DARWIN).p, 6))
    assert (0.0, 0.003906) == (signed_rank(SLEEP).w, round(signed_rank(SLEEP).p, 6))


def test_region_of_practical_equivalence() -> None:
    """Sleep, half an hour to each side: .00023 below, .01053 within, .98924 above."""
    assert (0.00023, 0.01053, 0.98924) == tuple(round(part, 5) for part in rope(SLEEP, margin=0.5))
