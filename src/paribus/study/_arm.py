"""An arm: one of the architectures that are compared."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paribus.errors import StudyError

Builder = Callable[[tuple[int, ...], int], Any]
"""`build(input_shape, classes) -> keras.Model`; the shape is that of one example, without the batch axis."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A named model builder.

    Args:
        name: Labels the arm in tables and figures.
        build: `build(input_shape, classes)` returns a new, uncompiled Keras model whose output has shape
            `(batch, classes)`. Its input has `input_shape`, or is flat: examples are then flattened, last axis fastest.

    Raises:
        StudyError: The name is empty, or `build` cannot be called like that.
    """

    name: str
    build: Builder

    def __post_init__(self) -> None:
        problems: list[str] = []
        if not self.name.strip():
            problems.append("arms: a name is empty; names label columns.")
        if not callable(self.build):
            problems.append(
                f"arm '{self.name}': the builder is a {type(self.build).__name__}, not a function."
            )
        elif not _takes_shape_and_classes(self.build):
            problems.append(
                f"arm '{self.name}': the builder takes {inspect.signature(self.build)}; "
                "it is called as build(input_shape, classes)."
            )
        if problems:
            raise StudyError(problems)


def _takes_shape_and_classes(build: Builder) -> bool:
    try:
        inspect.signature(build).bind((), 1)
    except TypeError:
        return False
    except ValueError:  # a builtin without a signature: calling it will tell
        return True
    return True
