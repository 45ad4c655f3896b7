"""Whether a study's probes can be measured, and told from each other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from paribus.errors import listed
from paribus.probes import Probe, is_image_shape
from paribus.study._contrast import Contrast

_PARTS = ("name", "metrics", "unit", "rises", "needs_images", "source", "version")


def foreign_probes(probes: Iterable[object]) -> list[str]:
    """Say what is no probe."""
    return [sentence for each in probes for sentence in _not_a_probe(each)]


def _not_a_probe(given: object) -> list[str]:
    if isinstance(given, type):
        return [f"probes: {given.__name__} is a class; make a probe of it, as {given.__name__}()."]
    missing = [part for part in _PARTS if not hasattr(given, part)]
    if callable(given) and not missing:
        return []
    lacks = listed(missing) if callable(given) else "'__call__'"
    return [
        f"probes: expected probes, as paribus.probes.ShiftConsistency(), got a {type(given).__name__}, which has no {lacks}."
    ]


def probe_problems(
    probes: Sequence[Probe], scores: Sequence[str], example_shape: tuple[int, ...]
) -> list[str]:
    """Say what probes contradict in each other, in the recipe and in the data.

    Args:
        probes: A study's.
        scores: What the recipe scores.
        example_shape: Of the dataset.
    """
    names = Counter(probe.name for probe in probes)
    metrics = Counter(metric for probe in probes for metric in probe.metrics)
    return [
        *(
            f"probes: '{name}' is declared {count} times; give each a `name` of its own."
            for name, count in names.items()
            if count > 1
        ),
        *(
            f"probes: metric '{metric}' is measured by {count} of them; give each a `name` of its own."
            for metric, count in metrics.items()
            if count > 1 and max(names.values()) == 1
        ),
        *(
            f"probes: metric '{metric}' is the recipe's already; give the probe another `name`."
            for metric in metrics
            if metric in scores
        ),
        *(
            f"probes: '{probe.name}' needs images, height × width (× channels); examples have shape {example_shape}."
            for probe in probes
            if probe.needs_images and not is_image_shape(example_shape)
        ),
    ]


def directed(contrasts: Sequence[Contrast], probes: Sequence[Probe]) -> tuple[Contrast, ...]:
    """Return the contrasts; those on a probe's metric know which way it is better, unless they say so themselves."""
    rises = {metric: probe.rises for probe in probes for metric in probe.metrics}
    return tuple(
        replace(contrast, better="higher" if rises[contrast.metric] else "lower")
        if contrast.better is None and contrast.metric in rises
        else contrast
        for contrast in contrasts
    )
