"""Ray keeps the family's contract, on a cluster of two nodes on this machine, and loses nothing with a node."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# Ray's cluster utilities are not typed.

import contextlib
import importlib
import ipaddress
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from paribus import lab
from paribus.errors import ExecutorError
from paribus.executors import Cause, Done, Executor, Inline, Job, Lost, Ray, Tell, _ray
from paribus.machine import cores
from paribus.plan import plan
from paribus.progress import Quiet, Schedule
from paribus.records import EpochRecord, RunSpec
from paribus.study import Arm, Study
from paribus.testing import WorkerContract
from paribus.train import Assignment, Checkpointed, Trainer
from tests.conftest import untimed

ray = pytest.importorskip("ray", reason="an extra; `make check-ray` installs it")
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings(
        r"ignore:os\.fork\(\) was called:RuntimeWarning"
    ),  # a node is started by fork and exec
]


PARIBUS = (sys.executable, "-m", "paribus")
LOOPBACK: dict[str, Any] = {"node_ip_address": "127.0.0.1", "num_cpus": 1}

SOON = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 2,
}
"""When a cluster takes notice that a node is lost."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    cluster = importlib.import_module("ray.cluster_utils").Cluster(
        initialize_head=True,
        head_node_args={"include_dashboard": False, "_system_config": SOON, **LOOPBACK},
    )
    cluster.add_node(**LOOPBACK)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


class Node:
    """A node besides the cluster's two, that is there to be lost."""

    def __init__(self, cluster: Any, cpus: int) -> None:
        self._cluster = cluster
        self._node = cluster.add_node(**(LOOPBACK | {"num_cpus": cpus}))
        self.pid: int = self._node.all_processes["raylet"][0].process.pid

    def lose(self) -> None:
        if self._node in self._cluster.worker_nodes:
            self._cluster.remove_node(self._node, allow_graceful=False)


@pytest.fixture
def add_node(cluster: Any) -> Iterator[Callable[..., Node]]:
    nodes: list[Node] = []

    def add(*, cpus: int = 1) -> Node:
        nodes.append(Node(cluster, cpus))
        return nodes[-1]

    yield add
    for node in nodes:
        node.lose()
    cluster.wait_for_nodes()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for the names of Ray's sockets."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class TestRay(WorkerContract):
    @pytest.fixture(autouse=True)
    def connected(self, cluster: Any) -> None:
        self.address = cluster.address

    def make(self) -> Executor:
        return Ray(self.address)


def job(
    work: Callable[[int, Tell], Any], *, heard: Callable[[int, Any], None] | None = None
) -> Job[int, Any]:
    return Job(
        make=lambda: work,
        key=lambda item: item,
        pack=lambda item: item,
        heard=heard or (lambda _item, _message: None),
        waiting=lambda: None,
    )


def longer(study: Study) -> Study:
    """Return the study with runs that last long enough for something to happen meanwhile."""
    return replace(study, recipe=replace(study.recipe, epochs=300))


def assert_same(expected: lab.Result, got: lab.Result) -> None:
    """Compare two results to the last bit."""
    assert expected.analysis == got.analysis
    assert [untimed(record) for record in expected.records] == [untimed(record) for record in got.records]


def tracked(study: Study, log: Path) -> Study:
    """Return the study with arms that leave the parent of their process in a log; of an actor, that is its node."""

    def arm(plain: Arm) -> Arm:
        def build(input_shape: tuple[int, ...], classes: int) -> Any:
            with log.open("a") as file:
                file.write(f"{os.getppid()}\n")
            return plain.build(input_shape, classes)

        return Arm(plain.name, build)

    return replace(study, arms=tuple(arm(plain) for plain in study.arms))


class Saboteur(Quiet):
    """Loses the node as soon as there is a run on it."""

    def __init__(self, node: Node, log: Path) -> None:
        self.node = node
        self.log = log
        self._built_before = 0

    def planned(self, schedule: Schedule) -> None:  # noqa: ARG002 -- that it comes is enough
        self._built_before = len(self._built())

    def epoch_ended(self, spec: RunSpec, epoch: EpochRecord) -> None:  # noqa: ARG002 -- any will do
        if self.node.pid in self.places():
            self.node.lose()

    def places(self) -> list[int]:
        """Return where runs have begun."""
        return self._built()[self._built_before :]

    def _built(self) -> list[int]:
        pids = [int(line) for line in self.log.read_text().splitlines()]
        return [pid for pid in pids if pid != os.getppid()]


def test_a_study_on_two_nodes_gives_the_bits_of_this_process(
    cluster: Any, small_study: Study, tmp_path: Path
) -> None:
    """How runs are spread changes no number."""
    inline = lab.run(small_study, store=tmp_path / "inline.db", executor=Inline(), watcher=Quiet())
    spread = lab.run(small_study, store=tmp_path / "ray.db", executor=Ray(cluster.address), watcher=Quiet())
    assert 4 == spread.trained
    assert_same(inline, spread)


def test_losing_a_node_loses_nothing(
    cluster: Any, add_node: Callable[..., Node], small_study: Study, tmp_path: Path
) -> None:
    """A node is killed with a run on it: that run begins again elsewhere, and every bit is the same."""
    study = tracked(longer(small_study), tmp_path / "log")
    watcher = Saboteur(node := add_node(), tmp_path / "log")
    executor = Ray(cluster.address, workers=3)
    spread = lab.run(study, store=tmp_path / "ray.db", executor=executor, watcher=watcher)
    places = watcher.places()
    assert (5, 1) == (len(places), places.count(node.pid))
    assert () == spread.analysis.missing
    assert_same(lab.run(study, store=tmp_path / "inline.db", executor=Inline(), watcher=Quiet()), spread)


def test_a_run_goes_on_from_its_checkpoint_on_another_node(
    cluster: Any, add_node: Callable[..., Node], small_study: Study
) -> None:
    """What it did on the node that was lost is not done again, and it ends with the same bits."""
    study = longer(small_study)
    audited = lab.audit(study)
    spec = plan(audited.study, audited.seeds)[0]
    node = add_node(cpus=2)
    checkpoints: list[bytes] = []
    assigned: list[bool] = []
    epochs: list[int] = []

    def assign(spec: RunSpec) -> Assignment:
        assigned.append(bool(checkpoints))
        return Assignment(spec, checkpoints[-1] if checkpoints else None)

    def heard(_spec: RunSpec, message: EpochRecord | Checkpointed) -> None:
        if isinstance(message, EpochRecord):
            epochs.append(message.epoch)
            return
        checkpoints.append(message.checkpoint)
        if len(checkpoints) == 1:
            node.lose()
            add_node(cpus=2)

    def unheard(_spec: RunSpec, _message: EpochRecord | Checkpointed) -> None:
        pass

    train = Job(
        make=partial(Trainer, study, checkpoint_seconds=0.0),
        key=str,
        pack=assign,
        heard=heard,
        waiting=lambda: None,
    )
    (outcome,) = Ray(cluster.address, cpus=2, workers=1).map(train, [spec])
    assert [False, True] == assigned
    assert 1 == epochs.count(1)
    assert isinstance(outcome, Done)
    checkpoints.clear()
    (expected,) = Inline().map(replace(train, heard=unheard), [spec])
    assert untimed(expected.result) == untimed(outcome.result)


def test_work_past_its_time_is_stopped_while_a_node_is_gone(
    cluster: Any, add_node: Callable[..., Node]
) -> None:
    """Endless work is ended, on whichever node it is; the time that work waits for a place is not its own."""

    def work(item: int, tell: Tell) -> int:
        tell(None)
        while item < 3:
            pass
        return item

    def heard(item: int, _message: None) -> None:
        begun.append(item)
        if len(begun) == 3:
            node.lose()

    begun: list[int] = []
    node = add_node()
    executor = Ray(cluster.address, workers=3, time_limit=4.0)
    outcomes = {outcome.item: outcome for outcome in executor.map(job(work, heard=heard), range(5))}
    causes = [outcome.cause for item in range(3) if isinstance(outcome := outcomes[item], Lost)]
    assert [Cause.TIMED_OUT] * 3 == causes
    assert [Done(3, 3), Done(4, 4)] == [outcomes[3], outcomes[4]]


def test_a_cluster_without_a_node_for_an_item_is_an_error(
    cluster: Any, add_node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there has been none for a while; nobody waits without end."""
    monkeypatch.setattr(_ray, "_HOMELESS_SECONDS", 2.0)
    monkeypatch.setattr(_ray, "_LOOK_SECONDS", 0.5)

    def work(_item: int, tell: Tell) -> None:
        tell(None)
        while True:
            pass

    def heard(_item: int, _message: None) -> None:
        node.lose()

    node = add_node(cpus=2)
    with pytest.raises(ExecutorError, match="room for an item that needs 2 CPU"):
        list(Ray(cluster.address, cpus=2).map(job(work, heard=heard), [0]))


def test_stopping_ends_whatever_is_under_way(cluster: Any) -> None:
    """An exception out of the conductor ends all actors, also those that wait for a place."""

    def work(item: int, tell: Tell) -> None:
        tell(os.getpid())
        while True:
            pass

    class StopError(Exception):
        pass

    def heard(_item: int, pid: int) -> None:
        pids.append(pid)
        if len(pids) == 2:
            raise StopError

    pids: list[int] = []
    with pytest.raises(StopError):
        list(Ray(cluster.address, workers=4).map(job(work, heard=heard), range(4)))
    for pid in pids:
        wait_for_end(pid)
    assert [Done(0, 0)] == list(Ray(cluster.address).map(job(lambda item, _tell: item), [0]))


def test_an_actor_computes_as_this_process_does(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its threads are as many as this machine's processors, not as few as it may use; what the user has set goes along."""
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=false")
    names = ("NPROC", "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "XLA_FLAGS")

    def work(_item: int, _tell: Tell) -> list[str | None]:
        return [os.environ.get(name) for name in names]

    count = str(len(cores()))
    expected = [count, count, "PASSIVE", "--xla_cpu_enable_fast_math=false"]
    assert [Done(0, expected)] == list(Ray(cluster.address).map(job(work), [0]))


def test_an_item_has_room_on_one_node_or_none(cluster: Any) -> None:
    """Two nodes of one processor each hold two items of one, none of two, four of a half."""
    assert 2 == Ray(cluster.address).parallel
    assert 4 == Ray(cluster.address, cpus=0.5).parallel
    with pytest.raises(ExecutorError, match="room for an item that needs 2 CPU"):
        _ = Ray(cluster.address, cpus=2).parallel
    with pytest.raises(ExecutorError, match="1 CPU and 1 GPU"):
        _ = Ray(cluster.address, gpus=1).parallel


def test_numbers_are_in_their_range() -> None:
    """All problems at once."""
    with pytest.raises(ExecutorError) as error:
        Ray(workers=0, cpus=0, gpus=1.5, time_limit=-1)
    assert 4 == len(error.value.problems)


OWN_CLUSTER = """
import sys
from paribus.executors import Job, Ray

job = Job(make=lambda: lambda item, tell: item, key=str, pack=int, heard=print, waiting=lambda: None)
print([outcome.result for outcome in Ray().map(job, [5])], flush=True)
sys.stdin.readline()
"""


def test_a_cluster_of_its_own_listens_to_this_machine_alone(short_folder: Path) -> None:
    """Where the last cluster has ended, a new one is made; it is seen on loopback only, and ends with its process."""
    (short_folder / "ray").mkdir()
    (short_folder / "ray" / "ray_current_cluster").write_text("127.0.0.1:1")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environment |= {"RAY_TMPDIR": str(short_folder), "HOME": str(short_folder)}
    with subprocess.Popen(
        [sys.executable, "-c", OWN_CLUSTER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "[5]\n" == process.stdout.readline()
        family = descendants(process.pid)
        addresses = listening([process.pid, *family])
    assert len(family) > 2
    assert {"127.0.0.1"} == addresses
    for pid in family:
        wait_for_end(pid)


def test_the_clusters_of_these_tests_listen_to_this_machine_alone(cluster: Any) -> None:
    """Head, node, actors and this process."""
    assert [Done(0, 0)] == list(Ray(cluster.address).map(job(lambda item, _tell: item), [0]))
    assert {"127.0.0.1"} == listening([os.getpid(), *descendants(os.getpid())])


MODULE = """
import os
import sys

import keras


def open_files():
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            yield os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            continue


def wide(input_shape, classes):
    if "THE_CONDUCTOR" not in os.environ:
        assert "my_layers" not in sys.modules, "not sent by value"
        assert not any("ray.db" in file for file in open_files()), "the store is open"
    return keras.Sequential(
        [keras.Input(input_shape), keras.layers.Dense(8, "relu"), keras.layers.Dense(classes, activation="softmax")]
    )
"""


def test_a_study_file_and_its_module_travel_to_the_nodes(
    cluster: Any, small_study_file: Path, tmp_path: Path
) -> None:
    """From the command line: both by value, stored by the conductor alone, and with the numbers of an inline run."""
    (tmp_path / "my_layers.py").write_text(MODULE)
    source = small_study_file.read_text().replace('pb.Arm("wide", wide)', 'pb.Arm("wide", my_layers.wide)')
    small_study_file.write_text(f"import my_layers\n{source}")
    on_ray = ("--executor", "ray", "--address", cluster.address, "--cpus", "0.5", "--gpus", "0")
    for words in (("--store", "inline.db", "--executor", "inline"), ("--store", "ray.db", *on_ray)):
        answer = paribus(tmp_path, "run", small_study_file.name, *words)
        assert 0 == answer.returncode, answer.stderr
        assert "[4/4]" in answer.stdout
    assert_same(lab.show(store=tmp_path / "inline.db"), lab.show(store=tmp_path / "ray.db"))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("127.0.0.1:1", "the Ray cluster at 127.0.0.1:1 cannot be reached"),
        ("ray://127.0.0.1:10001", "give host:port of the cluster's head"),
    ],
)
def test_a_cluster_that_is_not_there_is_a_sentence(
    small_study_file: Path, tmp_path: Path, address: str, sentence: str
) -> None:
    """At once, with exit code 2."""
    answer = paribus(tmp_path, "run", small_study_file.name, "--executor", "ray", "--address", address)
    assert 2 == answer.returncode
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_something_else_at_the_address_is_a_sentence(
    small_study_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is no cluster, and says nothing: after the one time that Ray tries, with exit code 2."""
    monkeypatch.setenv("RAY_py_gcs_connect_timeout_s", "2")  # 30 by default
    monkeypatch.setenv("RAY_gcs_rpc_server_connect_timeout_s", "1")  # 5 by default, twice
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        answer = paribus(tmp_path, "run", small_study_file.name, "--executor", "ray", "--address", address)
    assert 2 == answer.returncode
    assert f"the Ray cluster at {address} cannot be reached" in answer.stderr


def test_ctrl_c_while_a_node_is_gone_is_no_traceback(
    cluster: Any, add_node: Callable[..., Node], small_study_file: Path, tmp_path: Path
) -> None:
    """It ends with a sentence and exit code 130."""
    node = add_node()
    words = ("--seeds", "400", "--executor", "ray", "--address", cluster.address, "--workers", "4")
    with subprocess.Popen(
        [*PARIBUS, "run", small_study_file.name, *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("[1/"))
        node.lose()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert 130 == process.returncode
    assert "the same command trains only the rest" in errors
    assert "Traceback" not in errors


def test_signals_keep_their_meaning(cluster: Any) -> None:
    """A cluster is joined, and SIGTERM and Ctrl-C do what they did."""
    ray.shutdown()

    def handler(_signal: int, _frame: Any) -> None:
        pass

    before = {number: signal.signal(number, handler) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert 2 == Ray(cluster.address).parallel
        assert [handler, handler] == [signal.getsignal(number) for number in before]
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def paribus(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"THE_CONDUCTOR": "here"}
    return subprocess.run(
        [*PARIBUS, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def wait_for_end(pid: int) -> None:
    """Wait until the process is no more."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended, _, _ = select.select([descriptor], [], [], 30)
    os.close(descriptor)
    assert ended, f"process {pid} goes on"


def descendants(pid: int) -> list[int]:
    """Return the processes that the process has started, and those that they have."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    children = [child for child, parent in parents.items() if parent == pid]
    return [each for child in children for each in (child, *descendants(child))]


def listening(pids: list[int]) -> set[str]:
    """Return the addresses at which the processes accept connections."""
    sockets: set[str] = set()
    for descriptor in (each for pid in pids for each in Path(f"/proc/{pid}/fd").glob("*")):
        with contextlib.suppress(OSError):  # it is closed
            sockets.add(str(descriptor.readlink()))
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {plain_address(row[1]) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


def plain_address(row: str) -> str:
    """Return the address of a row of /proc/net/tcp, whose words are in the machine's order."""
    words = bytes.fromhex(row.partition(":")[0])
    ordered = b"".join(words[start : start + 4][::-1] for start in range(0, len(words), 4))
    address = ipaddress.ip_address(ordered)
    return str(getattr(address, "ipv4_mapped", None) or address)
