"""Images of the test examples on which arms differ, kept beside the runs."""

from dataclasses import replace

from paribus.datasets import picture
from paribus.lab._results import Result
from paribus.store import Store
from paribus.study import Study


def with_images(result: Result, study: Study, store: Store) -> Result:
    """Keep the images of those test examples on which the arms of a contrast differ most.

    Args:
        result: What says which they are.
        study: Whose dataset they come from.
        store: Where they are kept.
    """
    told = [each.examples for each in result.analysis.contrasts if each.examples is not None]
    indices = {example.index for examples in told for example in examples.examples} - result.images.keys()
    made = {index: png for index in sorted(indices) if (png := picture(study.dataset.test.x[index]))}
    store.add_images(study.dataset.fingerprint, made)
    return replace(result, images={**result.images, **made})
