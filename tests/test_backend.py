"""JAX is the default; whoever chose another backend keeps it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def backend_after_import(keras_home: Path, config: object, **environment: str) -> str:
    keras_home.mkdir()
    if config is not None:
        (keras_home / "keras.json").write_text(config if isinstance(config, str) else json.dumps(config))
    clean = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
    answer = subprocess.run(
        [sys.executable, "-c", "import paribus, os; print(os.environ.get('KERAS_BACKEND'))"],
        env=clean | {"KERAS_HOME": str(keras_home)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


@pytest.mark.parametrize(
    ("config", "backend"),
    [
        (None, "jax"),
        ({"backend": "tensorflow"}, "jax"),
        ({"backend": "torch"}, "None"),
        ("no json", "jax"),
        ([1], "jax"),
    ],
)
def test_keras_own_config_decides_unless_it_is_what_keras_wrote_by_itself(
    tmp_path: Path, config: object, backend: str
) -> None:
    """Keras writes 'tensorflow' unasked; any other name is somebody's choice and is left to Keras."""
    assert backend_after_import(tmp_path / "keras", config) == backend


def test_the_environment_is_honoured(tmp_path: Path) -> None:
    """A backend that is set stays."""
    assert "torch" == backend_after_import(tmp_path / "keras", None, KERAS_BACKEND="torch")
