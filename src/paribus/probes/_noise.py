"""Normal noise on examples of any shape."""

import numpy as np
from numpy.typing import NDArray


def noisy(
    x: NDArray[np.float32], share: float, *, low: float, high: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return examples with noise.

    Args:
        x: Shape `(n, ...)`.
        share: Standard deviation of the noise, as a share of the range.
        low: Least value there may be.
        high: Largest value there may be.
        rng: Where it comes from.
    """
    noise = rng.standard_normal(x.shape, np.float32) * np.float32(share * (high - low))
    return (x + noise).clip(low, high)
