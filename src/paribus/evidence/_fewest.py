"""The smallest number that is enough."""

from collections.abc import Callable


def fewest(enough: Callable[[int], bool], *, least: int, most: int) -> int | None:
    """Return the smallest whole number from `least` on that is enough, where more are enough, too; None beyond `most`."""
    high = least
    low = least - 1
    while not enough(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
