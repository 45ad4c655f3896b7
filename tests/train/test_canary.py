"""The doctor's checks tell right from wrong."""

import math

from paribus.train import CanaryResult, run_canaries


def test_this_machine_computes_what_numpy_computes() -> None:
    """Every canary lives on a supported jaxlib."""
    assert [canary.name for canary in run_canaries() if not canary.passed] == []


def test_a_wrong_or_undefined_result_fails() -> None:
    """An error beyond rounding fails, and so does a NaN."""
    assert not CanaryResult("wrong", 1e-2, "").passed
    assert not CanaryResult("undefined", math.nan, "").passed
