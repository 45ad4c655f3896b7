"""The smallest number that is enough."""

from collections.abc import Callable


def fewest(enough: Callable[[int], bool], *, least: int, most: int) -> int | None:
    """Return the smallest whole number from `least` on that is enough, where more are enough, too; None beyond `most`."""
    high = least
    while not enough(high):
        high *= 2
        if high > most:
            return None
    low = least - 1 if high == least else high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
