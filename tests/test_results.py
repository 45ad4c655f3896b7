"""A result in Python: figures, charts and reports, and the images that go with it."""

import io
from pathlib import Path

import matplotlib.figure
import numpy as np
import pytest
from PIL import Image

from paribus import lab
from paribus.errors import ReportError
from paribus.lab import Result
from paribus.progress import Quiet
from paribus.study import Study
from tests.report.simulated import Plan, simulated


@pytest.fixture(scope="module")
def result() -> Result:
    made = simulated(Plan(seeds=3))
    return Result(analysis=made.analysis, records=made.records, images=made.images, command=made.command)


def test_images_of_telling_examples_are_kept(small_study: Study, tmp_path: Path) -> None:
    """Of those that the tables name, as they were learned; `show` finds them without the data."""
    place = tmp_path / "paribus.db"
    trained = lab.run(small_study, store=place, watcher=Quiet())
    (contrast,) = trained.analysis.contrasts
    assert contrast.examples is not None
    assert {each.index for each in contrast.examples.examples} == set(trained.images)
    assert trained.images == lab.show(store=place).images
    index, png = next(iter(trained.images.items()))
    pixels, example = np.asarray(Image.open(io.BytesIO(png))), small_study.dataset.test.x[index][..., 0]
    assert np.argsort(example, axis=None)[-1] == np.argmax(pixels)


def test_figures_for_papers(result: Result) -> None:
    """The first is the differences; on axes of one's own."""
    axes = matplotlib.figure.Figure().add_subplot()
    result.figure(ax=axes)
    assert "difference in test accuracy, points" == axes.get_xlabel()
    assert 2 == len(result.figure("classes").axes)


def test_charts_for_pages(result: Result) -> None:
    """One for each panel."""
    assert 1 == len(result.charts())
    assert 2 == len(result.charts("examples"))
    with pytest.raises(ReportError, match="there is no figure 'curve'"):
        result.charts("curve")


def test_reports_are_written_where_they_are_asked_for(result: Result, tmp_path: Path) -> None:
    """And the path comes back."""
    assert tmp_path / "a.html" == result.report(str(tmp_path / "a.html"))
    assert (tmp_path / "a.html").exists()
