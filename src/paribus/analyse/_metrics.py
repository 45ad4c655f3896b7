"""A run's score on a metric."""

from paribus.records import RunRecord, Status


def final_metric(record: RunRecord, metric: str) -> float | None:
    """Return the metric after the last epoch; None for a run that did not complete.

    Args:
        record: The run.
        metric: One of the recipe's `scores`.
    """
    if record.status is not Status.COMPLETED or record.test is None:
        return None
    last = record.epochs[-1]
    scores = {
        "test_accuracy": record.test.accuracy,
        "test_loss": record.test.loss,
        "validation_accuracy": last.validation_accuracy,
        "validation_loss": last.validation_loss,
    }
    scores |= {f"test_{name}": value for name, value in record.test.metrics.items()}
    scores |= {f"validation_{name}": value for name, value in last.validation_metrics.items()}
    return scores[metric]
