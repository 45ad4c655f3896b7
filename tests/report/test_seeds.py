"""Seeds as they are given on a command line."""

import pytest

from paribus.cli._options import parse_seeds
from paribus.report._seeds import with_more


@pytest.mark.parametrize(
    ("seeds", "more", "words"),
    [
        ((0, 1, 2), 3, "6"),
        ((100, 101), 2, "100-103"),
        ((0, 3, 7), 2, "0,3,7-9"),
        ((), 2, "2"),
        ((5,), 1, "5-6"),
    ],
)
def test_more_seeds_follow_the_last(seeds: tuple[int, ...], more: int, words: str) -> None:
    """In the fewest words, which the command line takes back."""
    assert words == with_more(seeds, more)
    parsed = parse_seeds(words)
    assert len(seeds) + more == (parsed if isinstance(parsed, int) else len(parsed or ()))
