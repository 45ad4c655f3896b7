"""The program as a user meets it: words, sentences, exit codes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PARIBUS

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def paribus(tmp_path: Path) -> Program:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*PARIBUS, *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_a_study_from_file_to_result(paribus: Program, small_study_file: Path, tmp_path: Path) -> None:
    """Audit, run, run again, show, list: every number the same, files where they are said to be."""
    audited = paribus("audit", small_study_file.name)
    assert "36 parameters: 36 trainable, 0 non-trainable" in audited.stdout

    first = paribus("run", small_study_file.name)
    assert 0 == first.returncode, first.stderr
    assert "[4/4] " in first.stdout
    assert "wide, seed 1: test " in first.stdout  # runs end in any order
    files = [tmp_path / line for line in first.stdout.splitlines() if line.startswith("paribus-results")]
    assert [file.exists() for file in files] == [True, True, True]

    second = paribus("run", small_study_file.name)
    assert "nothing to train" in second.stdout
    assert second.stdout.split("trained.")[-1].splitlines()[-12:] == first.stdout.splitlines()[-12:]

    shown = json.loads(paribus("show", "my_study", "--json").stdout)
    assert 4 == len(shown["runs"])
    assert "my_study" in paribus("ls").stdout
    listed = json.loads(paribus("ls", "--json").stdout)
    assert (4, 4) == (listed["stored"][0]["planned"], listed["stored"][0]["ended"])


def test_a_killed_run_goes_on_where_it_stopped(
    paribus: Program, small_study_file: Path, tmp_path: Path
) -> None:
    """Kill -9 after the first finished run; the next command trains only the missing ones."""
    command = [*PARIBUS, "run", small_study_file.name, "--seeds", "40"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("[3/80]"):
                process.kill()
                break
    stored = json.loads(paribus("ls", "--json").stdout)["stored"][0]["ended"]
    assert 3 <= stored < 80
    resumed = paribus("run", small_study_file.name, "--seeds", "40")
    assert 0 == resumed.returncode
    assert f"80 runs (2 arms × 40 seeds), {stored} of them stored; training {80 - stored}" in resumed.stdout


def test_a_quick_look_says_so_everywhere(paribus: Program, small_study_file: Path) -> None:
    """In the run, the table, the listing and the JSON."""
    label = "a quick look, not evidence"
    ran = paribus("run", small_study_file.name, "--quick")
    assert ran.stdout.count(label) >= 2
    for words in (("show",), ("ls",), ("show", "--json")):
        assert label in " ".join(paribus(*words).stdout.split())


def test_batchnorm_on_the_command_line_is_another_recipe(paribus: Program, small_study_file: Path) -> None:
    """`--batchnorm recalibrate` trains runs of its own, and what is no way to evaluate is refused."""
    source = small_study_file.read_text()
    small_study_file.write_text(
        source.replace("keras.layers.Dense(8,", "keras.layers.BatchNormalization(), keras.layers.Dense(8,")
    )
    assert "[4/4] " in paribus("run", small_study_file.name).stdout
    assert "[4/4] " in paribus("run", small_study_file.name, "--batchnorm", "recalibrate").stdout
    shown = json.loads(paribus("show", "my_study", "--json").stdout)
    assert "recalibrate" == shown["analysis"]["study"]["recipe"]["batchnorm"]
    refused = paribus("run", small_study_file.name, "--batchnorm", "frozen")
    assert 2 == refused.returncode


def test_a_strict_audit_fails_where_the_comparison_is_unfair(
    paribus: Program, small_study_file: Path
) -> None:
    """And names what is wrong and what to do; without `--strict` it only says so."""
    fair = paribus("audit", small_study_file.name, "--strict")
    assert 0 == fair.returncode
    assert "wide \N{MINUS SIGN} flat" in fair.stdout
    source = small_study_file.read_text()
    small_study_file.write_text(
        source.replace(
            'keras.layers.Dense(8, "relu"), keras.layers.Dense(classes, activation="softmax")',
            "keras.layers.Dense(classes)",
        )
    )
    strict = paribus("audit", small_study_file.name, "--strict")
    assert 1 == strict.returncode
    assert "unfair: raw outputs, wide" in strict.stdout
    assert 0 == paribus("audit", small_study_file.name).returncode
    told = json.loads(paribus("audit", small_study_file.name, "--json").stdout)
    assert "raw_outputs" in {finding["kind"] for finding in told["study"]["findings"]}
    assert {"treatment": "wide", "control": "flat"}.items() <= told["certificates"][0]["contrast"].items()


def test_seeds_are_a_number_or_a_list(paribus: Program, small_study_file: Path) -> None:
    """`--seeds 0,7` trains those two; nonsense is a sentence."""
    ran = paribus("run", small_study_file.name, "--seeds", "0,7", "--epochs", "1")
    assert "[4/4] " in ran.stdout
    assert {0, 7} == {int(seed) for seed in re.findall(r"wide, seed (\d+)", ran.stdout)}
    assert "1 epochs" in ran.stdout
    refused = paribus("run", small_study_file.name, "--seeds", "few")
    assert (2, True) == (refused.returncode, "--seeds few: give how many" in refused.stderr)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "convolutoin"), "Did you mean 'convolution'?"),
        (("audit", "nowhere.py"), "nowhere.py does not exist"),
        (("run", "convolution", "--epochs", "0"), "epochs is 0"),
        (("run", "convolution", "--together", "0"), "together is 0; it must be above 0"),
        (("show",), "there is no store at paribus.db"),
        (("run", "my_study.py", "--store", "."), "is a folder"),
        (("run", "my_study.py", "--cpus", "2"), "'--cpus': not for --executor processes"),
        (("run", "my_study.py", "--executor", "ray", "--memory-limit", "1"), "'--memory-limit': not for"),
        (("run", "my_study.py", "--executor", "ray", "--gpus", "1.5"), "gpus is 1.5"),
        (("run",), "requires an argument"),
        (("rum", "convolution"), "run"),
    ],
)
def test_a_users_mistake_is_a_sentence(
    paribus: Program, small_study_file: Path, words: tuple[str, ...], sentence: str
) -> None:
    """Exit code 2, no traceback."""
    assert small_study_file.exists()
    answer = paribus(*words)
    assert 2 == answer.returncode
    assert sentence in " ".join((answer.stderr + answer.stdout).split())
    assert "Traceback" not in answer.stderr


def test_ray_that_is_not_installed_is_a_sentence(
    paribus: Program, small_study_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that installs it."""
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "ray.py").write_text("raise ModuleNotFoundError(name='ray')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "absent"), prepend=os.pathsep)
    answer = paribus("run", small_study_file.name, "--executor", "ray")
    assert 2 == answer.returncode
    assert "Ray is not installed; `pip install 'paribus[ray]'` installs it." in answer.stderr


def test_debug_shows_the_traceback(paribus: Program) -> None:
    """For whoever asks."""
    assert "Traceback" in paribus("--debug", "audit", "nowhere.py").stderr


def test_failed_runs_are_an_exit_code(paribus: Program, small_study_file: Path) -> None:
    """A study with a diverged arm ends, shows the others, and exits with 1."""
    exploding = "recipe=pb.Recipe(epochs=2, batch_size=32, loss='mse', optimizer={'class_name': 'SGD', 'config': {'learning_rate': 1e30}}),"
    source = small_study_file.read_text().replace("recipe=pb.Recipe(epochs=2, batch_size=32),", exploding)
    small_study_file.write_text(source.replace(', activation="softmax"', ""))
    answer = paribus("run", small_study_file.name)
    assert 1 == answer.returncode
    assert "Traceback" not in answer.stderr
    assert "DIVERGED" in answer.stdout
    assert "lower the learning rate for every arm" in answer.stdout


def test_doctor_examines(paribus: Program) -> None:
    """Human and JSON."""
    assert "rollback journal" in paribus("doctor").stdout
    assert "jax" == json.loads(paribus("doctor", "--json").stdout)["facts"]["keras backend"]


def test_another_backend_is_a_sentence(tmp_path: Path, small_study_file: Path) -> None:
    """A backend that cannot train is said to be the wrong one, and which ones can."""
    (tmp_path / "torch.py").write_text("")  # nothing is to be imported from it
    environment = os.environ | {"KERAS_BACKEND": "numpy"}
    command = [*PARIBUS, "audit", small_study_file.name]
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert 2 == answer.returncode
    assert "Keras runs on 'numpy'" in answer.stderr
    assert "'jax', 'tensorflow', 'torch'" in answer.stderr


@pytest.mark.parametrize(
    "statement", ["import paribus", "import paribus.cli", "import paribus; paribus.datasets"]
)
def test_starting_imports_no_framework(statement: str) -> None:
    """What is slow to import is imported when it is needed."""
    check = f"{statement}; import sys; print([m for m in ('keras', 'jax', 'matplotlib', 'scipy') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert "[]" == answer.stdout.strip()


def test_results_are_read_without_keras(paribus: Program, small_study_file: Path, tmp_path: Path) -> None:
    """A laptop without Keras and JAX shows what a cluster trained."""
    paribus("run", small_study_file.name)
    blocked = tmp_path / "blocked"
    for package in ("keras", "jax"):
        (blocked / package).mkdir(parents=True)
        (blocked / package / "__init__.py").write_text("raise ImportError('blocked')")
    environment = os.environ | {"PYTHONPATH": str(blocked)}
    command = [*PARIBUS, "show", "my_study"]
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == answer.returncode, answer.stderr
    assert "wide − flat" in answer.stdout


def test_a_reader_that_has_read_enough_stops_nothing(small_study_file: Path, tmp_path: Path) -> None:
    """`paribus run … | head -1` goes on training and stores every run."""
    command = f"{sys.executable} -m paribus run {small_study_file.name} | head -n 1"
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    listed = subprocess.run(
        [*PARIBUS, "ls", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert 4 == json.loads(listed.stdout)["stored"][0]["ended"]


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_backend_that_is_not_installed_is_a_sentence(tmp_path: Path, backend: str) -> None:
    """Keras' own import error, and the way out."""
    (tmp_path / f"{backend}.py").write_text("raise ImportError('not here')")
    environment = os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": str(tmp_path)}
    command = [*PARIBUS, "audit", "convolution"]
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert 2 == answer.returncode
    assert "Traceback" not in answer.stderr
    assert "unset KERAS_BACKEND" in answer.stderr


def test_a_study_is_looked_at_until_it_is_decided(paribus: Program, small_study_file: Path) -> None:
    """With the looks that were asked for, which the result tells."""
    ran = paribus("run", small_study_file.name, "--until-decided", "--seeds", "6", "--looks", "3,6")
    assert 0 == ran.returncode, ran.stderr
    assert "Looked at 3 seeds: wide − flat" in ran.stdout
    shown = json.loads(paribus("show", "--json").stdout)
    assert [3, 6] == shown["analysis"]["stage"]["design"]["looks"]
    assert "planned looks" == shown["looks"][0]["rule"]
    wrong = paribus("run", small_study_file.name, "--until-decided", "--looks", "3,x")
    assert (2, "StudyError: --looks 3,x: give numbers of seeds, as 5,10,20.\n") == (
        wrong.returncode,
        wrong.stderr,
    )


def test_a_pilot_is_planned_with_gated_and_cited(
    paribus: Program, small_study_file: Path, tmp_path: Path
) -> None:
    """Exit codes that a script can trust, and files where they are asked for."""
    name = small_study_file.name
    assert 2 == paribus("plan", name).returncode
    assert 0 == paribus("run", name, "--seeds", "4").returncode
    planned = paribus("plan", name, "--margin", "3pp")
    assert 0 == planned.returncode, planned.stderr
    assert "paribus run my_study.py --seeds 4-" in planned.stdout
    assert (
        json.loads(paribus("plan", name, "--spread", "2pp", "--json").stdout)["contrasts"][0]["direction"] > 2
    )

    updated = paribus("gate", name, "--arm", "flat", "--update", "baseline.json", "--seeds", "4")
    assert (0, "baseline.json: 4 scores of flat in test accuracy; commit it.\n") == (
        updated.returncode,
        updated.stdout,
    )
    written = ("--markdown", "gate.md", "--junit", "gate.xml")
    same = paribus("gate", name, "--arm", "flat", "--against", "baseline.json", "--seeds", "4", *written)
    assert 0 == same.returncode, same.stderr
    assert [True, True] == [(tmp_path / file).exists() for file in ("gate.md", "gate.xml")]
    other = paribus("gate", name, "--arm", "wide", "--against", "flat", "--margin", "0.001pp", "--json")
    assert {"no harm": 0, "harm": 1, "inconclusive": 3}[json.loads(other.stdout)["harm"]] == other.returncode
    for words in (
        (),
        ("--against", "flat", "--update", "x.json"),
        ("--against", "nobody"),
        ("--against", "flat", "--margin", "x"),
    ):
        refused = paribus("gate", name, "--arm", "wide", *words)
        assert 2 == refused.returncode
        assert "Traceback" not in refused.stderr

    cited = paribus("cite")
    assert "We compared 2 architectures: flat (36 parameters), wide (108 parameters)." in cited.stdout
    assert "\n[1] " in cited.stdout


def test_a_new_probe_is_measured_on_stored_runs(
    paribus: Program, small_study_file: Path, tmp_path: Path
) -> None:
    """A built-in one with options and one from a file; the weights it takes are listed; what is wrong is a sentence."""
    refused = paribus("probe", small_study_file.name, "noise_accuracy")
    assert (2, True) == (
        refused.returncode,
        "there is no store" in refused.stderr or "holds no study" in refused.stderr,
    )
    paribus("run", small_study_file.name)
    refused = paribus("probe", small_study_file.name, "noise_accuracy")
    assert (2, True) == (refused.returncode, "4 of 4 runs have no weights" in refused.stderr)
    (tmp_path / "paribus.db").unlink()
    kept = paribus("run", small_study_file.name, "--keep-weights")
    assert 0 == kept.returncode, kept.stderr
    measured = paribus("probe", small_study_file.name, "noise_accuracy", "percent=(5,50)")
    assert 0 == measured.returncode, measured.stderr
    assert "Measuring noise on 4 stored runs" in measured.stderr
    assert "noise 50pct accuracy, %" in measured.stdout
    (tmp_path / "own.py").write_text(OWN_PROBE)
    own = paribus("probe", small_study_file.name, "own.py:Own", "value=3")
    assert "own" in own.stdout
    assert "3 ± 0" in own.stdout
    shown = paribus("show", "my_study").stdout
    assert "noise 50pct accuracy, %" in shown
    assert "Weights of 4 runs are kept in paribus-weights" in shown
    assert (4, True) == (
        json.loads(paribus("ls", "--json").stdout)["stored"][0]["weighed"],
        "MB" in paribus("ls").stdout,
    )
    for words, sentence in (
        (("noise_acuracy",), "Did you mean 'noise_accuracy'"),
        (("noise_accuracy", "percent"), "as name=value"),
        (("shift_accuracy",), "needs images"),
        (("own.py:Oun",), "Did you mean 'Own'"),
    ):
        answer = paribus("probe", small_study_file.name, *words)
        assert (2, True) == (answer.returncode, sentence in answer.stderr), answer.stderr


OWN_PROBE = """
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Own:
    value: int = 1
    name: str = "own"
    metrics: tuple = ("own",)
    unit: ClassVar[str] = ""
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "here"

    def __call__(self, model, data, rng):
        return float(self.value)
"""


def test_geometry_shows_a_layer_a_model_and_a_study(
    paribus: Program, small_study_file: Path, tmp_path: Path
) -> None:
    """In words, as JSON, and drawn; what Keras would refuse is an error with the reason."""
    sizes = ("--input", "7", "7", "--kernel", "2", "2", "--strides", "2", "2")
    shown = paribus("geometry", "conv", *sizes, "--padding", "valid", "--svg", "valid.svg")
    assert 0 == shown.returncode, shown.stderr
    assert "Row 7 and column 7 are never read: 13 of 49 pixels (26.5 %)." in shown.stdout
    assert (tmp_path / "valid.svg").read_text().startswith("<svg")
    assert [3, 3] == json.loads(paribus("geometry", "conv", *sizes, "--json").stdout)["output"]
    refused = paribus("geometry", "conv", "--input", "4", "--kernel", "5")
    assert (
        2,
        "GeometryError: no window fits on axis 1: it spans 5 of 4 inputs; pad ('same'), or take a smaller one.\n",
    ) == (refused.returncode, refused.stderr)

    (tmp_path / "models.py").write_text(
        "import keras\n\n\ndef small():\n    return keras.Sequential([keras.Input((9, 9, 1)), keras.layers.Conv2D(2, 2, strides=2)])\n"
    )
    model = paribus("geometry", "model", "models.py:small")
    assert "never reads 17 of 81 places of its input (21 %)" in model.stdout, model.stderr
    assert "has no 'model'" in paribus("geometry", "model", "models.py").stderr
    assert "wide" in paribus("geometry", "study", small_study_file.name).stdout
