"""Bounds for looks at a study that goes on: planned beforehand, so that all of them together err as often as one would."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_POINTS = 2_001
_REACH = 12.0
"""Standard deviations within which all of a score's distribution lies."""


def spending(information: float, *, alpha: float = 0.05) -> float:
    """Return how much of `alpha` may be spent up to a part of all information: little early, as O'Brien and Fleming do.

    Args:
        information: Seeds so far over seeds planned, in (0, 1].
        alpha: Two-sided probability of a false finding at any look.

    Source:
        Lan and DeMets (1983), Discrete sequential boundaries for clinical trials.
    """
    from scipy.special import ndtr, ndtri

    return float(min(alpha, 4 * (1 - ndtr(ndtri(1 - alpha / 4) / math.sqrt(information)))))


def bounds(information_L: Sequence[float], *, alpha: float = 0.05) -> tuple[float, ...]:
    """Return how large |z| must be at each look, spending `alpha` by `spending`.

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
    spent = [0.0, *(spending(each, alpha=alpha) for each in information_L)]
    walk = _Walk()
    found: list[float] = []
    for part, target in zip(information_L, np.diff(spent), strict=True):
        walk.arrive(part)
        found.append(walk.bound(float(target)))
        walk.stop_beyond(found[-1])
    return tuple(found)


def constant_shape_bounds(looks: int, *, alpha: float = 0.05) -> tuple[float, ...]:
    """Return O'Brien and Fleming's own bounds for equally spaced looks: c / √(k / K).

    Source:
        O'Brien and Fleming (1979), A multiple testing procedure for clinical trials.
    """
    from scipy.optimize import brentq

    information = [(look + 1) / looks for look in range(looks)]

    def error(constant: float) -> float:
        walk = _Walk()
        crossed = 0.0
        for part in information:
            crossed += walk.step(part, constant / math.sqrt(part))
        return crossed - alpha

    constant = float(brentq(error, 1.0, 6.0, xtol=1e-8))
    return tuple(constant / math.sqrt(part) for part in information)


def _check(information: Sequence[float]) -> None:
    parts = [0.0, *information]
    if not information or any(later <= earlier for earlier, later in pairwise(parts)) or parts[-1] > 1:
        raise ValueError(
            f"looks must be at rising parts of all information, up to 1; got {list(information)}."
        )


class _Walk:
    """The density of a score process B(t) = z √t among those who have not stopped, on a grid."""

    def __init__(self) -> None:
        self._time = 0.0
        self._places: NDArray[np.float64] = np.zeros(1)
        self._mass: NDArray[np.float64] = np.ones(1)

    def arrive(self, time: float) -> None:
        """Go on to a later time."""
        deviation = math.sqrt(time - self._time)
        reach = _REACH * math.sqrt(time)
        places = np.linspace(-reach, reach, _POINTS)
        steps = (places[:, None] - self._places[None, :]) / deviation
        density = np.exp(-0.5 * steps**2) @ self._mass / (deviation * math.sqrt(2 * math.pi))
        self._places, self._mass, self._time = places, density * (places[1] - places[0]), time

    def bound(self, target: float) -> float:
        """Return the |z| beyond which lies so much of the mass."""
        from scipy.optimize import brentq

        if target <= 0:
            return math.inf
        return float(brentq(lambda z: self.beyond(z) - target, 0.0, _REACH, xtol=1e-10))

    def beyond(self, z: float) -> float:
        """Return how much of the mass lies beyond |z|, the cell that the bound cuts by its share."""
        edge, width = z * math.sqrt(self._time), self._places[1] - self._places[0]
        share = np.clip((np.abs(self._places) - edge) / width + 0.5, 0.0, 1.0)
        return float((self._mass * share).sum())

    def stop_beyond(self, z: float) -> None:
        """Take out those who stop."""
        edge, width = z * math.sqrt(self._time), self._places[1] - self._places[0]
        share = np.clip((edge - np.abs(self._places)) / width + 0.5, 0.0, 1.0)
        self._mass = self._mass * share

    def step(self, time: float, z: float) -> float:
        """Arrive, and stop beyond |z|; return how many stopped."""
        self.arrive(time)
        stopped = self.beyond(z)
        self.stop_beyond(z)
        return stopped
