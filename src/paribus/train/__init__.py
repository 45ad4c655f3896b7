"""Study × RunSpec -> RunRecord: paribus' own loop and random streams on Keras' public API."""

from paribus.train._canary import CanaryResult, run_canaries
from paribus.train._environment import environment
from paribus.train._groups import Groups, OfRun
from paribus.train._objective import check_recipe
from paribus.train._runs import Assignment, Checkpointed, KeptWeights, Message, failed_record
from paribus.train._stored import Measurement, StoredRuns
from paribus.train._streams import batch_orders, order_hash, probe_stream, stream
from paribus.train._trainer import Trainer
from paribus.train.engines import check_backend, engine_name, make_engine, seeds_together
from paribus.train.fast import describe_kernels

__all__ = [
    "Assignment",
    "CanaryResult",
    "Checkpointed",
    "Groups",
    "KeptWeights",
    "Measurement",
    "Message",
    "OfRun",
    "StoredRuns",
    "Trainer",
    "batch_orders",
    "check_backend",
    "check_recipe",
    "describe_kernels",
    "engine_name",
    "environment",
    "failed_record",
    "make_engine",
    "order_hash",
    "probe_stream",
    "run_canaries",
    "seeds_together",
    "stream",
]
