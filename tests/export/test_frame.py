"""Data frames with types."""

from typing import Any

import pandas as pd
import pytest

from paribus.errors import ExportError
from paribus.export import Export, frame, one_table
from tests.export.conftest import MakeExport
from tests.export.hostile import HOSTILE


def test_whole_numbers_stay_whole_beside_nothing(export: Export) -> None:
    """Numbers, truth, text and times have types of their own."""
    runs: Any = frame(one_table(export, "runs"))
    names = ("arm", "seed", "examples_tested", "test_accuracy", "quick")
    assert ["string", "Int64", "Int64", "float64", "boolean"] == [str(runs[name].dtype) for name in names]
    assert "datetime64[us, UTC]" == str(runs["finished_at"].dtype)
    assert (4, True) == (runs["examples_tested"][0], bool(pd.isna(runs["examples_tested"][6])))


def test_scores_can_be_summarised(export: Export) -> None:
    """Runs without a score do not count as 0."""
    runs = frame(one_table(export, "runs"))
    means = runs.groupby("arm")["test_accuracy"].agg(["mean", "count"])
    assert [4, 2] == means["count"].tolist()
    assert pytest.approx((0.93 + 0.96) / 2) == means["mean"]["wide"]


@pytest.mark.parametrize(
    ("table", "rows"), [("runs", 8), ("epochs", 13), ("contrasts", 1), ("differences", 4)]
)
def test_every_table_is_a_frame(export: Export, table: str, rows: int) -> None:
    """With as many rows."""
    assert rows == len(frame(one_table(export, table)))


def test_an_empty_table_keeps_its_types(make_export: MakeExport) -> None:
    """No rows, the same columns."""
    empty: Any = frame(one_table(make_export(["flat"]), "contrasts"))
    assert (0, "Int64", "float64") == (len(empty), str(empty["n"].dtype), str(empty["p"].dtype))


def test_hostile_names_are_only_text(make_export: MakeExport) -> None:
    """A hundred of them."""
    assert list(HOSTILE) == frame(one_table(make_export(list(HOSTILE)), "runs"))["arm"].tolist()


def test_a_table_that_is_none_is_told(export: Export) -> None:
    """With those that there are, and the nearest."""
    with pytest.raises(ExportError, match=r"no table 'run'; there are 'runs', .* Did you mean 'runs'"):
        one_table(export, "run")
