"""Every probe keeps the family's contract."""

from typing import Any

import pytest

from paribus import probes
from paribus.errors import StudyError
from paribus.probes import Probe
from paribus.testing import ProbeContract


class TestShiftAccuracy(ProbeContract):
    def make(self) -> Probe:
        return probes.ShiftAccuracy()


class TestShiftConsistency(ProbeContract):
    def make(self) -> Probe:
        return probes.ShiftConsistency(border="wrap")


class TestRotationAccuracy(ProbeContract):
    def make(self) -> Probe:
        return probes.RotationAccuracy(degrees=(15, 45), border="edge")


class TestRotationConsistency(ProbeContract):
    def make(self) -> Probe:
        return probes.RotationConsistency()


class TestScaleAccuracy(ProbeContract):
    def make(self) -> Probe:
        return probes.ScaleAccuracy()


class TestScaleConsistency(ProbeContract):
    def make(self) -> Probe:
        return probes.ScaleConsistency()


class TestNoiseAccuracy(ProbeContract):
    def make(self) -> Probe:
        return probes.NoiseAccuracy()


class TestNoiseConsistency(ProbeContract):
    def make(self) -> Probe:
        return probes.NoiseConsistency()


class TestOcclusionAccuracy(ProbeContract):
    def make(self) -> Probe:
        return probes.OcclusionAccuracy()


class TestOcclusionConsistency(ProbeContract):
    def make(self) -> Probe:
        return probes.OcclusionConsistency(examples=7)


class TestCalibrationError(ProbeContract):
    def make(self) -> Probe:
        return probes.CalibrationError()


class TestBrierScore(ProbeContract):
    def make(self) -> Probe:
        return probes.BrierScore()


class TestWrongConfidence(ProbeContract):
    def make(self) -> Probe:
        return probes.WrongConfidence()


class TestEquivariance(ProbeContract):
    def make(self) -> Probe:
        return probes.Equivariance(layers=3)


class TestLatency(ProbeContract):
    repeatable = False

    def make(self) -> Probe:
        return probes.Latency(repeats=2)


class TestThroughput(ProbeContract):
    repeatable = False

    def make(self) -> Probe:
        return probes.Throughput(repeats=2)


def test_every_probe_comes_through_the_same_door() -> None:
    """All of the package's probes are entry points, made without options."""
    classes = {getattr(probes, name) for name in probes.__all__}
    members = {each for each in classes if isinstance(each, type) and hasattr(each, "rises")} - {Probe}
    assert members == {type(probes.probe(name)) for name in probes.names()}


def test_metrics_of_all_probes_differ() -> None:
    """A study can declare every one of them at once."""
    metrics = [metric for name in probes.names() for metric in probes.probe(name).metrics]
    assert len(set(metrics)) == len(metrics)


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("shift_acuracy", {}, "Did you mean 'shift_accuracy'"),
        ("shift_accuracy", {"degrees": 3}, "does not take that"),
        ("shift_accuracy", {"pixels": 0, "border": "mirror"}, "pixels is 0(?s:.)*border is 'mirror'"),
        ("shift_consistency", {"examples": 0.5}, "examples is 0.5"),
        ("rotation_accuracy", {"degrees": (20, 10)}, "must be whole numbers above 0 that rise"),
        ("noise_accuracy", {"percent": ()}, "must be whole numbers above 0 that rise"),
        ("brier_score", {"name": "My score"}, "lower-case words"),
    ],
)
def test_what_measures_nothing_is_refused(name: str, options: dict[str, Any], sentence: str) -> None:
    """Each in a sentence of its own, all at once."""
    with pytest.raises(StudyError, match=sentence):
        probes.probe(name, **options)
