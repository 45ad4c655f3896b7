"""Plain frozen data that crosses processes and disk."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Status(StrEnum):
    """How a run ended; `sentence` is what the reader is told."""

    COMPLETED = "completed"
    DIVERGED = "diverged"
    CRASHED = "crashed"
    DIED = "died"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"

    @property
    def sentence(self) -> str:
        """What happened and what to do about it."""
        return _SENTENCES[self]

    @property
    def is_final(self) -> bool:
        """Whether training again would end the same way. Anything else may be the machine's fault and is tried again."""
        return self in {Status.COMPLETED, Status.DIVERGED}


_SENTENCES = {
    Status.COMPLETED: "Trained to the last epoch.",
    Status.DIVERGED: "Loss became non-finite; lower the learning rate for every arm, not for this one.",
    Status.CRASHED: "Training stopped with an error; the same command tries it again.",
    Status.DIED: "The process that trained it died, twice; the same command tries it again.",
    Status.TIMED_OUT: "It took longer than it may; the same command with a higher --time-limit tries it again.",
    Status.OUT_OF_MEMORY: "It took more memory than it may; the same command with a higher --memory-limit tries it again.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerRecord:
    """One layer of a built model; `output_shape` leaves the batch axis out and is empty when Keras does not know it."""

    kind: str
    output_shape: tuple[int | None, ...]
    parameters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterCount:
    """Numbers of scalar weights; random-generator states are not weights."""

    trainable: int
    non_trainable: int

    @property
    def total(self) -> int:
        """Trainable and non-trainable together."""
        return self.trainable + self.non_trainable


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmRecord:
    """An arm. `identity` hashes all of it that determines its numbers.

    An arm whose process did not live to build it has no layers, and `unbuilt` says why.
    """

    name: str
    identity: str
    layers: tuple[LayerRecord, ...]
    parameters: ParameterCount | None
    unbuilt: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetRecord:
    """A dataset without its arrays; `fingerprint` is the SHA-256 of shapes, types and values as they are learned."""

    name: str
    example_shape: tuple[int, ...]
    dtype: str
    classes: int
    n_train: int
    n_validation: int
    n_test: int
    pixels: str
    fingerprint: str
    licence: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSpec:
    """One arm × one seed. `run_id` hashes all that determines the run's numbers; `arm` is only its label."""

    run_id: str
    arm: str
    arm_identity: str
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EpochRecord:
    """One epoch, counted from 1: running means in training mode, then validation in inference mode.

    `metrics` and `validation_metrics` are those that the recipe asks for besides loss and accuracy.
    """

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    train_seconds: float
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    validation_metrics: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalScore:
    """The test set, read once after the last epoch. `correct_bits` packs one bit per example, first example first."""

    loss: float
    accuracy: float
    n: int
    correct_bits: bytes
    metrics: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Which test examples were right. Shape `(n,)`."""
        return np.unpackbits(np.frombuffer(self.correct_bits, np.uint8), count=self.n).astype(np.bool_)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a run took. `peak_memory_bytes` is the process' largest resident set while the run trained."""

    wall_seconds: float
    compile_seconds: float
    step_seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """Where a run was trained."""

    versions: dict[str, str]
    platform: str
    processor: str
    device: str
    cores: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """A run that has ended, well or badly. `test` is None unless it was completed; `reason` is empty if it was.

    `replaced_layers` says which layers trained as faster ones that compute the same. `together` counts the seeds that trained
    at once, this one included: the last bits of its numbers depend on whether there was another.
    """

    spec: RunSpec
    status: Status
    reason: str
    epochs: tuple[EpochRecord, ...]
    test: FinalScore | None
    order_hash: str
    replaced_layers: tuple[str, ...]
    cost: Cost
    environment: Environment
    finished_at: str
    together: int = 1
