"""A study's probes on a trained model, one after the other; what goes wrong in one costs its own number."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from paribus.errors import ProbeError, listed
from paribus.probes import Probe, ProbeData, TrainedModel
from paribus.records import ProbeOutcome
from paribus.study import Study
from paribus.train._environment import environment
from paribus.train._streams import probe_stream
from paribus.train._trained import Trained
from paribus.train.engines import Engine, State


def measure(
    study: Study,
    probes: Iterable[Probe],
    engine: Engine,
    state: State,
    *,
    test_outputs: Callable[[], NDArray[np.float32]],
    seed: int,
) -> tuple[ProbeOutcome, ...]:
    """Measure on the test examples, in the order of the probes.

    Args:
        study: Whose data and recipe they are.
        probes: What is measured.
        engine: Of the arm.
        state: As the test examples were scored with; not changed.
        test_outputs: Returns what the model put out for all of them then.
        seed: Of the run; every probe draws from a stream of its own, the same in every arm.
    """
    test = study.dataset.test
    model = Trained(
        engine,
        engine.inference(state),
        batch_size=study.recipe.batch_size,
        takes_logits=bool(study.recipe.takes_logits),
        test=test.x,
        test_outputs=test_outputs,
    )
    return tuple(measured(probe, model, ProbeData(test.x, test.y), seed=seed) for probe in probes)


def measured(probe: Probe, model: TrainedModel, data: ProbeData, *, seed: int) -> ProbeOutcome:
    """Return what a probe measures, or why it could not."""
    began = time.perf_counter()
    values, reason = dict[str, float](), ""
    try:
        values = _checked(probe, probe(model, data, probe_stream(seed, probe.name)))
    except ProbeError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 -- a probe that fails is data: recorded with its reason
        reason = f"{type(error).__name__}: {error}"
    return ProbeOutcome(
        name=probe.name,
        values=values,
        reason=reason,
        seconds=time.perf_counter() - began,
        device=environment().device,
    )


def _checked(probe: Probe, found: Mapping[str, float] | float) -> dict[str, float]:
    values = found if isinstance(found, Mapping) else _as_mapping(probe.metrics, found)
    if set(values) != set(probe.metrics):
        raise ProbeError(f"It measures {listed(probe.metrics)}, and returned {listed(values)}.")
    made = {metric: float(values[metric]) for metric in probe.metrics}
    if infinite := [metric for metric, value in made.items() if math.isinf(value)]:
        raise ProbeError(f"It measured an infinite {listed(infinite)}.")
    return made


def _as_mapping(metrics: Sequence[str], value: float) -> dict[str, float]:
    if len(metrics) != 1:
        raise ProbeError(f"It measures {listed(metrics)}, and returned one number.")
    return {metrics[0]: value}
