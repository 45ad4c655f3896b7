"""Ray keeps the family's contract, on a cluster of two nodes on this machine."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# Ray's cluster utilities are not typed.

from collections.abc import Iterator
from typing import Any

import pytest

from paribus.executors import Done, Executor, Job, Ray, Tell
from paribus.testing import WorkerContract

ray = pytest.importorskip("ray", reason="an extra; `make check-ray` installs it")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    cluster.add_node(num_cpus=1)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


class TestRay(WorkerContract):
    @pytest.fixture(autouse=True)
    def connected(self, cluster: Any) -> None:
        self.address = cluster.address

    def make(self) -> Executor:
        return Ray(self.address)


def test_a_lost_node_costs_nothing(cluster: Any) -> None:
    """Its item is worked on again on another node."""
    extra = cluster.add_node(num_cpus=1, resources={"extra": 1})
    heard: list[int] = []

    def work(item: int, tell: Tell) -> int:
        import time

        tell(item)
        time.sleep(1.0)
        return item

    def heard_one(_item: int, message: int) -> None:
        heard.append(message)
        if len(heard) == 3:
            cluster.remove_node(extra, allow_graceful=False)

    job: Job[int, int] = Job(
        make=lambda: work,
        key=lambda item: item,
        pack=lambda item: item,
        heard=heard_one,
        waiting=lambda: None,
    )
    outcomes = list(Ray(cluster.address).map(job, range(6)))
    assert list(range(6)) == sorted(outcome.result for outcome in outcomes if isinstance(outcome, Done))
