"""What is measured on a trained model."""

from paribus.probes._base import FeatureMap, Probe, ProbeData, TrainedModel, is_image_shape
from paribus.probes._brier_score import BrierScore
from paribus.probes._calibration_error import CalibrationError
from paribus.probes._equivariance import Equivariance
from paribus.probes._find import names, probe
from paribus.probes._images import Border
from paribus.probes._latency import Latency
from paribus.probes._noise_accuracy import NoiseAccuracy
from paribus.probes._noise_consistency import NoiseConsistency
from paribus.probes._occlusion_accuracy import OcclusionAccuracy
from paribus.probes._occlusion_consistency import OcclusionConsistency
from paribus.probes._rotation_accuracy import RotationAccuracy
from paribus.probes._rotation_consistency import RotationConsistency
from paribus.probes._scale_accuracy import ScaleAccuracy
from paribus.probes._scale_consistency import ScaleConsistency
from paribus.probes._shift_accuracy import ShiftAccuracy
from paribus.probes._shift_consistency import ShiftConsistency
from paribus.probes._throughput import Throughput
from paribus.probes._wrong_confidence import WrongConfidence

__all__ = [
    "Border",
    "BrierScore",
    "CalibrationError",
    "Equivariance",
    "FeatureMap",
    "Latency",
    "NoiseAccuracy",
    "NoiseConsistency",
    "OcclusionAccuracy",
    "OcclusionConsistency",
    "Probe",
    "ProbeData",
    "RotationAccuracy",
    "RotationConsistency",
    "ScaleAccuracy",
    "ScaleConsistency",
    "ShiftAccuracy",
    "ShiftConsistency",
    "Throughput",
    "TrainedModel",
    "WrongConfidence",
    "is_image_shape",
    "names",
    "probe",
]
