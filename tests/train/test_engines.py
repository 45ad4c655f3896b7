"""Every engine keeps the family's contract, and all of them train the same."""

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import keras
import pytest

from paribus.errors import ExecutorError
from paribus.study import Recipe
from paribus.testing import EngineContract
from paribus.train import check_backend, engine_name, make_engine, seeds_together
from paribus.train._objective import make_objective, make_optimizer
from paribus.train.engines import Engine
from tests.train import first_epoch

BACKENDS = [name for name in ("jax", "tensorflow", "torch") if importlib.util.find_spec(name)]


class TestTheCurrentBackendsEngine(EngineContract):
    def make(self, model: Any, recipe: Recipe) -> Engine:
        return make_engine(
            model,
            make_objective(recipe, self.classes),
            make_optimizer(recipe),
            input_shape=(self.width,),
            fast_layers=False,
            native_kernels=False,
        )


def test_the_engines_name_holds_every_version_that_changes_numbers() -> None:
    """Engine and device, Keras, and the backend's packages."""
    backend = check_backend()
    assert engine_name().startswith(f"{backend}-")
    assert f"keras {keras.__version__}" in engine_name()
    assert f"{backend} {importlib.import_module(backend).__version__}" in engine_name()


def test_only_jax_trains_seeds_together() -> None:
    """Elsewhere one at a time, and whoever asks for more is told."""
    assert 1 == seeds_together(1)
    if check_backend() == "jax":
        assert 3 == seeds_together(3)
    else:
        with pytest.raises(ExecutorError, match="seeds train one at a time"):
            seeds_together(3)


@cache
def first_epoch_on(backend: str) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", first_epoch.__name__],
        env=os.environ | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout.splitlines()[-1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_all_backends_train_the_same(backend: str) -> None:
    """From the same weights, the first epoch's losses agree to 1e-4; order and streams agree to the bit."""
    got, expected = first_epoch_on(backend), first_epoch_on("jax")
    assert backend == got["backend"]
    for exact in ("order", "dropout"):
        assert expected[exact] == got[exact]
    for name, loss in expected["losses"].items():
        assert loss == pytest.approx(got["losses"][name], rel=1e-4), name
