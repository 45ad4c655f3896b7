"""How many answers there are in a second."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from paribus.probes._base import ProbeData, TrainedModel
from paribus.probes._latency import timed
from paribus.probes._options import check


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class Throughput:
    """Test examples per second in batches of the recipe's size, from the host to the host: a batch over the median of its seconds.

    It is of this machine, as `Latency` is.

    Args:
        repeats: How many batches are timed, after three that are not.
        name: Of its metric.
    """

    repeats: int = 8
    name: str = "throughput"

    unit: ClassVar[str] = "examples/s"
    rises: ClassVar[bool] = True
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
        """Return the rate."""
        seconds = timed(model, data, batch_size=model.batch_size, repeats=self.repeats)
        return model.batch_size / float(np.median(seconds))
