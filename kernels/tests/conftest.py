"""What the tests share: random arrays, and a comparison by the largest number."""

from typing import Any

import numpy as np
import pytest


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def relative_error(got: Any, exact: Any) -> float:
    """Return the largest difference, by the largest exact number."""
    got, exact = np.asarray(got, np.float64), np.asarray(exact, np.float64)
    assert got.shape == exact.shape
    return float(np.abs(got - exact).max(initial=0) / max(np.abs(exact).max(initial=0), 1e-30)) if got.size else 0.0
