"""The C++ against plain loops in double precision, on every instruction set that this machine has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent
CMAKE = shutil.which("cmake", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))

pytestmark = pytest.mark.skipif(
    CMAKE is None or not (shutil.which("c++") or shutil.which("g++")), reason="no CMake or no C++ compiler"
)


def fuzz(folder: Path, shapes: int, seed: int, sanitizers: str = "") -> str:
    """Build the program, run it, and return what it printed."""
    assert CMAKE is not None
    options = ["-DFUZZ=ON", f"-DSANITIZERS={sanitizers}", "-DCMAKE_BUILD_TYPE=Release"]
    for command in ([CMAKE, "-S", SOURCE, "-B", folder, *options], [CMAKE, "--build", folder, "-j", "2"]):
        subprocess.run(command, check=True, capture_output=True)
    done = subprocess.run(
        [folder / "fuzz", str(shapes), str(seed)], check=False, capture_output=True, text=True
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_random_shapes(tmp_path: Path) -> None:
    """Forward and gradients are right to 2e-5 and the same to the bit with one thread and with three."""
    assert "300 shapes" in fuzz(tmp_path, 300, seed=1)


@pytest.mark.long
def test_thousands_of_shapes(tmp_path: Path) -> None:
    """The same at length."""
    print(fuzz(tmp_path, 5000, seed=2))


@pytest.mark.long
@pytest.mark.parametrize("sanitizers", ["address,undefined", "thread"])
def test_sanitizers_find_nothing(tmp_path: Path, sanitizers: str) -> None:
    """No access outside an array, no undefined behaviour, no race."""
    print(fuzz(tmp_path, 1500, seed=3, sanitizers=sanitizers))
