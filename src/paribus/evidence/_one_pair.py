"""Two single models on the same examples: what may be said of these two, and no more."""

from typing import NamedTuple


class McNemar(NamedTuple):
    """Whether two models are right equally often. NaN statistics, and p 1, where they are right on the same examples."""

    chi_squared: float
    corrected: float
    exact_p: float


def mcnemar(only_first: int, only_second: int) -> McNemar:
    """Test whether two models are right equally often on one test set.

    It says nothing of other seeds: of an architecture a model is one draw.

    Args:
        only_first: Examples that only the first is right on.
        only_second: Examples that only the second is right on.

    Source:
        McNemar (1947), Note on the sampling error of the difference between correlated proportions.
    """
    from scipy.special import bdtr

    n, difference = only_first + only_second, abs(only_first - only_second)
    if n == 0:
        return McNemar(float("nan"), float("nan"), 1.0)
    exact = min(1.0, 2 * float(bdtr(min(only_first, only_second), n, 0.5)))
    return McNemar(difference**2 / n, max(0, difference - 1) ** 2 / n, exact)
