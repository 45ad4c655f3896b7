"""Ray keeps the family's contract, on a cluster of two nodes on this machine."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# Ray's cluster utilities are not typed.

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from paribus.executors import Executor, Ray
from paribus.testing import WorkerContract

ray = pytest.importorskip("ray", reason="an extra; `make check-ray` installs it")
pytestmark = pytest.mark.long


LOOPBACK: dict[str, Any] = {"node_ip_address": "127.0.0.1"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    cluster = importlib.import_module("ray.cluster_utils").Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, **LOOPBACK}
    )
    cluster.add_node(num_cpus=1, **LOOPBACK)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


class TestRay(WorkerContract):
    @pytest.fixture(autouse=True)
    def connected(self, cluster: Any) -> None:
        self.address = cluster.address

    def make(self) -> Executor:
        return Ray(self.address)
