"""Seeds as `--seeds` takes them."""

from collections.abc import Sequence


def with_more(seeds: Sequence[int], more: int) -> str:
    """Return these seeds and so many that follow the last of them: "6", or "0,3,7-9"."""
    first = max(seeds, default=-1) + 1
    together = [*sorted(seeds), *range(first, first + more)]
    if together == list(range(len(together))):
        return str(len(together))
    ranges: list[list[int]] = []
    for seed in together:
        if ranges and seed == ranges[-1][-1] + 1:
            ranges[-1] = [ranges[-1][0], seed]
        else:
            ranges.append([seed])
    return ",".join("-".join(map(str, each)) for each in ranges)
