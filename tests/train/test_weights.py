"""Weights come back as they were, and nothing else comes in."""

import io
from typing import Any

import numpy as np
import pytest

from paribus.errors import StoreError
from paribus.train._weights import decode_weights, encode_weights


def arrays() -> tuple[list[Any], list[Any]]:
    rng = np.random.default_rng(0)
    trainable = [rng.normal(size=(3, 2)).astype(np.float32) for _ in range(12)]
    return trainable, [rng.normal(size=4).astype(np.float32), np.array([7, 9], np.uint32)]


def test_they_come_back_in_their_order() -> None:
    """More than ten of a kind, types and bits as they were."""
    trainable, others = arrays()
    got = decode_weights(encode_weights(trainable, others), [*trainable, *others])
    for expected, found in zip([*trainable, *others], got, strict=True):
        assert expected.dtype == found.dtype
        np.testing.assert_array_equal(found, expected)


def test_half_precision_is_kept_exactly() -> None:
    """NumPy has no such type, and float32 holds all of its numbers."""
    from ml_dtypes import bfloat16

    weights = [np.random.default_rng(0).normal(size=9).astype(bfloat16)]
    (got,) = decode_weights(encode_weights(weights, []), weights)
    assert bfloat16 == got.dtype
    np.testing.assert_array_equal(got.astype(np.float32), weights[0].astype(np.float32))


def test_those_of_another_model_are_refused() -> None:
    """Both sizes are said."""
    trainable, others = arrays()
    with pytest.raises(StoreError, match="14 arrays, of 78 numbers; the arm has 13, of 72"):
        decode_weights(encode_weights(trainable, others), [*trainable[1:], *others])


def test_pickles_are_never_opened() -> None:
    """An array of objects in the file is refused as unreadable, and so is what is no file at all."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=True, **{"trainable/000": np.array([{}], object)})
    for bad in (content.getvalue(), b"no file", b""):
        with pytest.raises(StoreError, match="cannot be read"):
            decode_weights(bad, [])
