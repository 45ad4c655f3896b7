"""Plain frozen data that crosses processes and disk."""

import math
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paribus.rich_display import html, text


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
    """One layer of a built model, where it is called.

    Attributes:
        kind: Its class.
        output_shape: Without the batch axis; empty when Keras does not know it.
        parameters: Its weights, trainable or not; 0 where it is called again.
        name: Its own, after those of the models it is nested in.
        macs: Multiply-adds for one example; None if they are not known.
        flops: Floating-point operations for one example in inference; None if they are not known.
        receptive_field: Inputs of the model that a unit depends on along each axis, those in the padding included.
        input_field: The same of a unit of its input.
        sees_all: Whether a unit depends on all of the model's input.
        input_extents: Sizes of its input along each axis that its windows slide over.
        unread: Places along each axis of its input that neither it nor another layer ever reads.
        pads: Zeros before and after each axis.
        padding_share: Which part of all that its windows read is padding.
        jump: Inputs of the model from what one unit sees to what the next one sees, along each axis.
        out_of_step: Why no one field holds behind it: the jumps of the branches that it brings together; empty if one does.
    """

    kind: str
    output_shape: tuple[int | None, ...]
    parameters: int
    name: str = ""
    macs: int | None = None
    flops: int | None = None
    receptive_field: tuple[int, ...] = ()
    input_field: tuple[int, ...] = ()
    sees_all: bool = False
    input_extents: tuple[int, ...] = ()
    unread: tuple[tuple[int, ...], ...] = ()
    pads: tuple[tuple[int, int], ...] = ()
    padding_share: float = 0.0
    jump: tuple[float, ...] = ()
    out_of_step: str = ""


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
class Measures:
    """What an architecture costs and sees. What is not known is None, and `uncounted` names the layers that are to blame.

    Attributes:
        macs: Multiply-adds for one example.
        flops: Floating-point operations for one example in inference.
        training_flops: The same in training, forward and backward, without the optimizer.
        activation_bytes: What all layers put out for one batch, which training keeps for the backward pass.
        depth: Layers with weights on the longest way from input to output.
        receptive_field: Inputs along each axis that the features depend on before they are brought together; None if
            branches are out of step.
        sees_all: Whether the output depends on all of the input.
        gathered_by: The kind of layer that brings all positions together; empty if none does.
        uncounted: Layers whose cost is not known.
        traits: By aspect, which kinds and settings of layers there are.
    """

    macs: int | None
    flops: int | None
    training_flops: int | None
    activation_bytes: int | None
    depth: int | None
    receptive_field: tuple[int, ...] | None
    sees_all: bool | None
    gathered_by: str
    uncounted: tuple[str, ...]
    traits: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class NormalizationForecast:
    """How far a batch normalisation's moving statistics will be when training ends, by one batch at initialisation.

    Inference multiplies its outputs by `scale`, against training, and moves them by `shift` of their standard deviations.

    Attributes:
        layer: Its name.
        momentum: Of its moving statistics.
        updates: Of them, in all of training.
        remembered: Which part of them is still their start.
        variance: Median over channels, of one batch.
        scale: Median over channels; 1 if the statistics have arrived.
        worst_scale: Of the channel farthest from 1.
        shift: Median over channels; 0 if the statistics have arrived.
    """

    layer: str
    momentum: float
    updates: int
    remembered: float
    variance: float
    scale: float
    worst_scale: float
    shift: float


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
    measures: Measures | None = None
    forecasts: tuple[NormalizationForecast, ...] = ()


class Severity(StrEnum):
    """How much a finding weighs, the heaviest first."""

    UNFAIR = "unfair"
    CAUTION = "caution"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Finding:
    """Something besides the declared factor that differs, or a pitfall.

    Attributes:
        kind: Its name, as `Study.concedes` takes it.
        severity: How much it weighs.
        about: The arm, contrast or split that it is about; empty for the study.
        evidence: What was found, in numbers.
        remedy: What to do about it.
        conceded: Why it is known and accepted, in the study's own words; empty if it is not.
    """

    kind: str
    severity: Severity
    about: str
    evidence: str
    remedy: str
    conceded: str = ""

    def __str__(self) -> str:
        about = f", {self.about}" if self.about else ""
        told = f"conceded: {self.conceded}" if self.conceded else self.remedy
        return f"{self.severity.value}: {self.kind.replace('_', ' ')}{about}. {self.evidence} {told}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html(self)


class Findings(tuple[Finding, ...]):
    """Findings that can be read, one paragraph each."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "Nothing found that speaks against the comparison."

    def _repr_html_(self) -> str:
        return html(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetLine:
    """What an arm costs against what it should, in the measure's unit; `tolerance` is relative to the target."""

    measure: str
    target: int
    actual: int
    tolerance: float

    @property
    def deviation(self) -> float:
        """How far off it is, relative to the target: negative below, positive above, NaN when the target is 0."""
        return (self.actual - self.target) / self.target if self.target else math.nan

    @property
    def within(self) -> bool:
        """Whether it is no farther off than the tolerance; of a target of 0, only 0 is."""
        return self.actual == self.target or abs(self.deviation) <= self.tolerance


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Match:
    """The sizes of an arm by knob, and how they meet its budgets. An arm that is not resized has no sizes."""

    arm: str
    sizes: dict[str, int]
    lines: tuple[BudgetLine, ...]

    @property
    def within(self) -> bool:
        """Whether every budget is met."""
        return all(line.within for line in self.lines)

    def __repr__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        return html(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetRecord:
    """A dataset without its examples; `fingerprint` is the SHA-256 of shapes, types and values as they are learned.

    `test_labels` are little-endian 32-bit integers, compressed by zlib, so that errors can be told apart by class.
    """

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
    class_names: tuple[str, ...] = ()
    test_labels: bytes = b""

    @property
    def labels(self) -> NDArray[np.int32]:
        """Labels of the test examples. Shape `(n_test,)`; empty in records of before they were kept."""
        plain = zlib.decompress(self.test_labels) if self.test_labels else b""
        return np.frombuffer(plain, "<i4").astype(np.int32)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSpec:
    """One arm × one seed. `run_id` hashes all that determines the run's numbers; `arm` is only its label."""

    run_id: str
    arm: str
    arm_identity: str
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """What was planned before anything was known.

    Attributes:
        seeds: Those to be trained; none where it is not known what was planned.
        looks: At how many of them it is looked whether to go on; without any, once, when all are done.
        margins: By contrast, the difference that would matter; None where none was declared.
        adjust: For the number of contrasts.
    """

    seeds: tuple[int, ...]
    looks: tuple[int, ...] = ()
    margins: dict[str, float | None] = field(default_factory=dict[str, float | None])
    adjust: str = "holm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """That somebody was told a result: of which seeds, by which rule, and what was concluded of each contrast."""

    seeds: tuple[int, ...]
    rule: str
    words: dict[str, str]
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """Scores that a candidate is held against, with all that must be equal for that.

    Attributes:
        study: Name of the study.
        arm: Whose scores they are.
        metric: Of which they are.
        scores: By seed.
        data: Fingerprint of the dataset.
        recipe: As plain data.
        engine: What trained, with the versions that change numbers.
        identity: Of the arm, as it was.
        written_at: When.
        probe: Identity of the probe that measures the metric; empty of the recipe's own metrics.
    """

    study: str
    arm: str
    metric: str
    scores: dict[int, float]
    data: str
    recipe: dict[str, Any]
    engine: str
    identity: str
    written_at: str
    probe: str = ""


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
class NormalizationCheck:
    """Whether BatchNormalization normalises in inference as it did in training, measured after the last epoch.

    The three accuracies are of the same weights on the same `n` validation examples, in inference mode otherwise. If `by_batch`
    lies far above `inference`, the moving statistics are stale; if `reestimated` does not, estimating them anew is the cure.

    Attributes:
        layers: How many normalisations the model has whose statistics training moves.
        n: How many examples: full batches, or all of them if they make none.
        inference: As validation was scored.
        by_batch: Normalised by each batch's own statistics, as in training.
        reestimated: Normalised by statistics estimated on the training data.
    """

    layers: int
    n: int
    inference: float
    by_batch: float
    reestimated: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeRecord:
    """A probe without its code. `identity` hashes all of it that determines its numbers."""

    name: str
    identity: str
    metrics: tuple[str, ...]
    unit: str
    rises: bool
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeOutcome:
    """What a probe has measured on a run.

    Attributes:
        name: Of the probe.
        values: By metric; NaN where a number is undefined. Empty where the probe failed.
        reason: Why it failed; empty if it did not.
        seconds: How long it took.
        device: What it was measured on.
        identity: Of the probe; empty until the outcome is stored.
    """

    name: str
    values: dict[str, float]
    reason: str
    seconds: float
    device: str
    identity: str = ""


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
    at once, this one included: the last bits of its numbers depend on whether there was another. `normalization` is None of a
    run that was not completed, of a model without BatchNormalization, and of runs of before it was measured. `probes` are the outcomes
    of those probes that are asked about.
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
    normalization: NormalizationCheck | None = None
    probes: tuple[ProbeOutcome, ...] = ()

    def score(self, metric: str) -> float | None:
        """Return a metric after the last epoch; None for a run that did not complete, NaN where nobody has measured it.

        Args:
            metric: One of the study's `scores`.
        """
        if self.status is not Status.COMPLETED or self.test is None:
            return None
        last = self.epochs[-1]
        scores = {
            "test_accuracy": self.test.accuracy,
            "test_loss": self.test.loss,
            "validation_accuracy": last.validation_accuracy,
            "validation_loss": last.validation_loss,
        }
        scores |= {f"test_{name}": value for name, value in self.test.metrics.items()}
        scores |= {f"validation_{name}": value for name, value in last.validation_metrics.items()}
        for outcome in self.probes:
            scores |= outcome.values
        return scores.get(metric, math.nan)
