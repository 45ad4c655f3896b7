"""Study × RunSpec -> RunRecord: paribus' own loop and random streams on Keras' public API."""

from paribus.train._canary import CanaryResult, run_canaries
from paribus.train._engine import engine_name, require_jax
from paribus.train._environment import environment
from paribus.train._objective import check_recipe
from paribus.train._streams import batch_orders, order_hash, stream
from paribus.train._trainer import Assignment, Checkpointed, Trainer, failed_record

__all__ = [
    "Assignment",
    "CanaryResult",
    "Checkpointed",
    "Trainer",
    "batch_orders",
    "check_recipe",
    "engine_name",
    "environment",
    "failed_record",
    "order_hash",
    "require_jax",
    "run_canaries",
    "stream",
]
