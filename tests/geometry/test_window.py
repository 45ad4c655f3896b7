"""Windows over one axis follow Keras' rules."""

from fractions import Fraction

import numpy as np
import pytest

from paribus.geometry import (
    Field,
    Padding,
    Repeated,
    Transposed,
    Window,
    joined,
    output_size,
    padding,
    padding_share,
    reads,
)

PADDINGS: tuple[Padding, ...] = ("valid", "same", "causal")


@pytest.mark.parametrize(
    ("n", "window", "expected", "pads"),
    [
        (5, Window(size=3, stride=2), 2, (0, 0)),
        (5, Window(size=3, stride=2, padding="same"), 3, (1, 1)),
        (224, Window(size=7, stride=2, padding="same"), 112, (2, 3)),
        (4, Window(size=3, stride=2, padding="same"), 2, (0, 1)),
        (7, Window(size=2, stride=2), 3, (0, 0)),
        (9, Window(size=2, stride=4, padding="same"), 3, (0, 1)),
        (6, Window(size=2, dilation=3, padding="causal"), 6, (3, 0)),
        (2, Window(size=3), 0, (0, 0)),
    ],
)
def test_sizes_and_padding(n: int, window: Window, expected: int, pads: tuple[int, int]) -> None:
    """`same` gives ceil(n / stride), the odd zero lies after, `valid` what fits."""
    assert (expected, pads) == (output_size(n, window), padding(n, window))


def test_the_articles_valid_example_leaves_the_last_row_unread() -> None:
    """Seven inputs, a window of two and stride two: the last is never read."""
    assert [1, 1, 1, 1, 1, 1, 0] == reads(7, Window(size=2, stride=2)).tolist()


def test_a_stride_beyond_the_span_skips_inputs() -> None:
    """Even with `same`, which then pads nothing."""
    assert [1, 0, 0, 1, 0, 0, 1] == reads(7, Window(size=1, stride=3, padding="same")).tolist()


def test_reads_and_padding_are_all_that_windows_read() -> None:
    """Whatever the settings."""
    rng = np.random.default_rng(0)
    for _ in range(500):
        n, size, stride, dilation = (int(rng.integers(1, most)) for most in (30, 6, 5, 4))
        window = Window(size=size, stride=stride, dilation=dilation, padding=PADDINGS[int(rng.integers(3))])
        total = output_size(n, window) * size
        if total:
            assert total == reads(n, window).sum() + round(padding_share(n, window) * total)
        else:
            assert np.isnan(padding_share(n, window))


def test_a_third_of_what_a_window_of_three_reads_of_two_inputs_is_padding() -> None:
    """Two of six."""
    assert 2 / 6 == padding_share(2, Window(size=3, padding="same"))


def test_branches_in_step_see_their_union() -> None:
    """From the first start to the last end."""
    one, other = Field(Fraction(2), Fraction(2), Fraction(-1)), Field(Fraction(4), Fraction(2), Fraction(0))
    assert Field(Fraction(5), Fraction(2), Fraction(-1)) == joined([one, other])


def test_branches_out_of_step_have_no_one_field() -> None:
    """Their units lie apart by different numbers of inputs."""
    assert joined([Field(), Field(jump=Fraction(2))]) is None


def test_stretching_undoes_a_jump() -> None:
    """Behind a stride of two, a transposed window of two lays units one input apart again."""
    assert 1 == Field(Fraction(1), Fraction(2)).through(Transposed(size=2, stride=2), 5).jump


def test_the_published_field_of_vgg16() -> None:
    """Thirteen convolutions and five poolings on 224 inputs: 212 of them, 32 apart, the first 90 before the border."""
    convolution, pooling = Window(size=3, padding="same"), Window(size=2, stride=2)
    field, n = Field(), 224
    for count in (2, 2, 3, 3, 3):
        for window in (*[convolution] * count, pooling):
            field, n = field.through(window, n), output_size(n, window)
    assert (Field(Fraction(211), Fraction(32), Fraction(-90)), 7) == (field, n)


def test_a_same_transposed_convolution_cuts_off_as_much_as_it_adds() -> None:
    """A window of three, one apart, sees one input to each side."""
    assert Field(Fraction(2), Fraction(1), Fraction(-1)) == Field().through(
        Transposed(size=3, padding="same"), 5
    )


def test_fields_behind_upsampling_are_what_units_see_at_most() -> None:
    """Repeated four times and read by windows of three: two inputs, two, three, three."""
    field, sizes = Field().through(Repeated(4), 8), list[int]()
    for _ in range(4):
        field = field.through(Window(size=3), 32)
        sizes.append(field.size)
    assert [2, 2, 3, 3] == sizes
