"""A run's score on a metric."""

from paribus.records import RunRecord, Status


def final_metric(record: RunRecord, metric: str) -> float | None:
    """Return the metric after the last epoch; None for a run that did not complete.

    Args:
        record: The run.
        metric: One of `paribus.study.METRICS`.
    """
    if record.status is not Status.COMPLETED or record.test is None:
        return None
    last = record.epochs[-1]
    return {
        "test_accuracy": record.test.accuracy,
        "test_loss": record.test.loss,
        "validation_accuracy": last.validation_accuracy,
        "validation_loss": last.validation_loss,
    }[metric]
