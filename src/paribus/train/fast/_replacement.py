"""How a layer is replaced in a clone."""

from collections.abc import Callable
from typing import NamedTuple

from paribus.backend import Layer


class Replacement(NamedTuple):
    """What stands for a layer, and what the record says of it.

    Attributes:
        make: Returns the new layer, given the old one.
        counts_as: Its name in the record; empty for a layer whose work another one does.
    """

    make: Callable[[Layer], Layer]
    counts_as: str


Replacements = dict[str, Replacement]
"""By the name of the layer that is replaced."""
