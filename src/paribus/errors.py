"""Every error raised on purpose: something the caller can mend, said in sentences."""

import difflib
from collections.abc import Iterable


class ParibusError(Exception):
    """Base of all deliberate errors; holds one sentence per problem, all of them at once."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        return "".join(f"\n  - {problem}" for problem in self.problems)


class StudyError(ParibusError):
    """A study, or one of its parts, contradicts itself."""


class ArmError(ParibusError):
    """An arm's builder fails, or what it builds does not fit the dataset."""


class UnmatchableError(ParibusError):
    """An arm has no size that meets its budgets."""


class DatasetError(ParibusError):
    """Data cannot be read, or cannot be learned from."""


class ProbeError(ParibusError):
    """A probe cannot measure a model on these data."""


class StoreError(ParibusError):
    """The store cannot be opened, read or written."""


class BackendError(ParibusError):
    """Keras runs on a backend that cannot do what is asked."""


class ExecutorError(ParibusError):
    """Work cannot be spread as asked."""


class GateError(ParibusError):
    """A candidate and a baseline cannot be compared."""


class ExportError(ParibusError):
    """A study cannot be handed to another program as asked."""


class GeometryError(ParibusError):
    """A layer cannot do that to its input: Keras would refuse it."""


class ReportError(ParibusError):
    """A figure or report cannot be made as asked."""


class AppError(ParibusError):
    """Pages cannot be served as asked."""


class PlanError(ParibusError):
    """Nothing is known from which seeds could be planned."""


def nearest(word: str, candidates: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the candidate nearest to `word`, or nothing when none is near."""
    close = difflib.get_close_matches(word, list(candidates), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def listed(names: Iterable[object]) -> str:
    """Return the names quoted and separated by commas, or "none"."""
    return ", ".join(f"'{name}'" for name in names) or "none"
