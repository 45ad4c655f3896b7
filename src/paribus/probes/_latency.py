"""How long one answer takes."""

import time
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._options import check

_WARM_UP = 3


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class Latency:
    """Median seconds from an example on the host to its probabilities on the host, one example at a time.

    It is of this machine, this backend and what else runs on them: arms that train side by side in worker processes disturb each other.
    For a number to rely on, give `--workers 1` on a machine that does nothing else.

    Args:
        repeats: How many are timed, after three that are not.
        name: Of its metric.
    """

    repeats: int = 30
    name: str = "latency"

    unit: ClassVar[str] = "s"
    rises: ClassVar[bool] = False
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "the clock of the process; stated here"

    def __post_init__(self) -> None:
        check(self.name, repeats=self.repeats)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one number."""
        return (self.name,)

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:  # noqa: ARG002 -- nothing is drawn
        """Return the median."""
        return float(np.median(timed(model, data, batch_size=1, repeats=self.repeats)))


def timed(model: TrainedModel, data: ProbeData, *, batch_size: int, repeats: int) -> list[float]:
    """Return the seconds that each of the repeats took, on batch after batch of the examples, begun again at their end."""
    seconds: list[float] = []
    for number in range(_WARM_UP + repeats):
        rows = np.arange(number * batch_size, (number + 1) * batch_size) % len(data)
        batch = data.x[rows]
        began = time.perf_counter()
        model(batch, batch_size=batch_size)
        seconds.append(time.perf_counter() - began)
    return seconds[_WARM_UP:]
