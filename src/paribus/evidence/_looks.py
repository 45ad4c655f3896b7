"""Bounds for looks at a study that goes on: planned beforehand, so that all of them together err as often as one would."""

import functools
import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_NODES = 160
_REACH = 9.0
"""Standard deviations beyond which a score never is."""
_LEVELS = tuple(
    sorted(
        {
            *(10.0 ** (power / 4) for power in range(-48, 1)),
            *(level / k for level in (0.05, 0.1, 0.047, 0.094) for k in range(1, 101)),
        }
    )
)
"""At which levels all looks' nominal levels are computed: those at which Holm decides, so that these are exact, and between."""


def spending(information: float, *, alpha: float = 0.05) -> float:
    """Return how much of `alpha` may be spent up to a part of all information: little early, as O'Brien and Fleming do.

    Args:
        information: Seeds so far over seeds planned, in (0, 1].
        alpha: Two-sided probability of a false finding at any look.

    Source:
        Lan and DeMets (1983), Discrete sequential boundaries for clinical trials.
    """
    from scipy.special import ndtr, ndtri

    return float(min(alpha, 4 * ndtr(ndtri(alpha / 4) / math.sqrt(information))))


def bounds(information_L: Sequence[float], *, alpha: float = 0.05) -> tuple[float, ...]:
    """Return how large |z| must be at each look, spending `alpha` by `spending`; infinite where nothing may be spent yet.

    Args:
        information_L: Parts of all information at the looks, rising, the last one 1 or less. Shape `(L,)`.
        alpha: As in `spending`.

    Raises:
        ValueError: The parts do not rise within (0, 1].

    Source:
        Armitage, McPherson and Rowe (1969), Repeated significance tests on accumulating data: the density of those who go on is
        integrated from look to look.
    """
    _check(information_L)
    walk = _Walk()
    found: list[float] = []
    spent = 0.0
    for part in information_L:
        allowed = spending(part, alpha=alpha)
        found.append(walk.bound(part, allowed - spent))
        walk, spent = walk.beyond(part, found[-1]), allowed
    return tuple(found)


def constant_shape_bounds(looks: int, *, alpha: float = 0.05) -> tuple[float, ...]:
    """Return O'Brien and Fleming's own bounds for equally spaced looks: c / √(k / K).

    Source:
        O'Brien and Fleming (1979), A multiple testing procedure for clinical trials.
    """
    from scipy.optimize import brentq

    information = [(look + 1) / looks for look in range(looks)]

    def error(constant: float) -> float:
        walk, crossed = _Walk(), 0.0
        for part in information:
            crossed += walk.crossing(part, constant / math.sqrt(part))
            walk = walk.beyond(part, constant / math.sqrt(part))
        return crossed - alpha

    constant = brentq(error, 1.0, 6.0, xtol=1e-8)
    return tuple(constant / math.sqrt(part) for part in information)


@functools.lru_cache(maxsize=1024)
def nominal_levels(information_L: tuple[float, ...], *, alpha: float = 0.05) -> tuple[float, ...]:
    """Return below which two-sided p value, as if it were the only one, each look finds something: `bounds` as levels."""
    from scipy.special import ndtr

    return tuple(2 * float(ndtr(-bound)) for bound in bounds(information_L, alpha=alpha))


def sequential_p(p_L: Sequence[float], information_L: tuple[float, ...]) -> float:
    """Return the least level at which one of the looks so far would have found something; never below 1e-12, NaN without a look.

    Args:
        p_L: Two-sided p value at each look, as if it were the only one; NaN of a look that could not test. Shape `(L,)`.
        information_L: As in `bounds`.

    Source:
        Liu and Anderson (2008), On adaptive extensions of group sequential trials for clinical investigations.
    """
    if not len(p_L) or np.isnan(p_L).all():
        return math.nan
    table_AxL = _table(information_L)
    found = [_inverted(p, table_AxL[:, look]) for look, p in enumerate(p_L) if not math.isnan(p)]
    return min(found)


@functools.lru_cache(maxsize=64)
def _table(information_L: tuple[float, ...]) -> NDArray[np.float64]:
    """Return all looks' nominal levels at all `_LEVELS`. Shape `(A, L)`."""
    return np.array([nominal_levels(information_L, alpha=level) for level in _LEVELS])


def _inverted(p: float, nominal_A: NDArray[np.float64]) -> float:
    """Return the level whose nominal level is `p`, log-linear between those of the table; 1 where none is enough."""
    anything = int(np.searchsorted(nominal_A, 0.0, side="right"))  # may be spent from that level on
    enough = max(anything, int(np.searchsorted(nominal_A, p)))
    if enough == len(_LEVELS):
        return 1.0
    if enough == anything or nominal_A[enough] == p:
        return _LEVELS[enough]
    low, high = np.log(nominal_A[enough - 1 : enough + 1])
    share = (math.log(p) - low) / (high - low)
    return float(np.exp((1 - share) * np.log(_LEVELS[enough - 1]) + share * np.log(_LEVELS[enough])))


def _check(information: Sequence[float]) -> None:
    parts = [0.0, *information]
    if not information or any(later <= earlier for earlier, later in pairwise(parts)) or parts[-1] > 1:
        raise ValueError(
            f"looks must be at rising parts of all information, up to 1; got {list(information)}."
        )


class _Walk:
    """Where a score process B(t) = z √t is among those who have not stopped: Gauss-Legendre nodes and their mass."""

    def __init__(self, time: float = 0.0, places: object = (0.0,), mass: object = (1.0,)) -> None:
        self._time = time
        self._places = np.asarray(places, np.float64)
        self._mass = np.asarray(mass, np.float64)

    def crossing(self, time: float, z: float) -> float:
        """Return how many will be beyond |z| at a later time."""
        from scipy.special import ndtr

        edge, step = z * math.sqrt(time), math.sqrt(time - self._time)
        tails = ndtr((self._places - edge) / step) + ndtr(-(self._places + edge) / step)
        return float(self._mass @ tails)

    def bound(self, time: float, target: float) -> float:
        """Return the |z| beyond which so many will be at a later time; infinite if that is too few to tell."""
        from scipy.optimize import brentq

        if self.crossing(time, _REACH) >= target:
            return math.inf
        if self.crossing(time, 0.0) <= target:
            return 0.0
        return brentq(lambda z: self.crossing(time, z) - target, 0.0, _REACH, xtol=1e-11)

    def beyond(self, time: float, z: float) -> "_Walk":
        """Return those who go on at a later time, because they are within |z| then."""
        edge, step = min(z, _REACH) * math.sqrt(time), math.sqrt(time - self._time)
        nodes, weights = _legendre()
        places = edge * nodes
        steps = (places[:, None] - self._places[None, :]) / step
        density = np.exp(-0.5 * steps**2) @ self._mass / (step * math.sqrt(2 * math.pi))
        return _Walk(time, places, edge * weights * density)


@functools.cache
def _legendre() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.polynomial.legendre.leggauss(_NODES)
