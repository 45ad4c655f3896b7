"""Each probe gives what can be computed by hand."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import convolve
from scipy.special import ndtr

from paribus import probes
from paribus.errors import ProbeError
from paribus.probes import Border, FeatureMap, Probe, ProbeData, TrainedModel
from tests.probes.models import CENTRE, SIZE, Known, images, random_images, reads

MANY = 20_000
NEAR = partial(pytest.approx, abs=4 * 0.5 / math.sqrt(MANY))  # four standard deviations of a share


def measured(probe: Probe, model: TrainedModel, data: ProbeData) -> Any:
    return probe(model, data, np.random.default_rng(0))


def total(x: Any) -> Any:
    """Return a class by the sum of all pixels, which no shift changes that loses none."""
    return (10 * x.sum(axis=(1, 2, 3), dtype=np.float64)).round().astype(int) % 4


def bright_pixel(x: Any) -> None:
    x[:, CENTRE, CENTRE] = 1


def left_half(x: Any) -> None:
    x[:, :, : CENTRE + 1] = 1


INVARIANT = Known(total)
ALL: Any = {"examples": None}


class TestShifts:
    def test_an_invariant_model_is_consistent(self) -> None:
        """Shifts that lose nothing, or let in what they lose, leave the sum: exactly 1, and a flat curve."""
        cases: tuple[tuple[ProbeData, Border], ...] = (
            (random_images(margin=4), "zero"),
            (random_images(), "wrap"),
        )
        for data, border in cases:
            assert 1.0 == measured(probes.ShiftConsistency(border=border, **ALL), INVARIANT, data)
            curve = measured(probes.ShiftAccuracy(border=border, **ALL), INVARIANT, data)
            assert 1 == len({round(value, 12) for value in curve.values()})

    def test_a_shift_by_nothing_is_plain_accuracy(self) -> None:
        """At distance 0 the curve begins with the share of test images that are right."""
        data, model = random_images(), INVARIANT
        plain = float((model(data.x).argmax(axis=1) == data.y).mean())
        assert plain == measured(probes.ShiftAccuracy(**ALL), model, data)["shift_0px_accuracy"]

    def test_a_model_that_reads_one_pixel_falls_at_once(self) -> None:
        """One bright pixel is read at its place only: 1, 0, 0, 0, 0, and an area of half a step of four."""
        curve = measured(probes.ShiftAccuracy(**ALL), reads(CENTRE, CENTRE), images(50, bright_pixel))
        assert [1.0, 0.0, 0.0, 0.0, 0.0, 0.125] == list(curve.values())

    @pytest.mark.parametrize("distance", [1, 2, 4])
    def test_a_model_that_reads_beside_an_edge_falls_as_it_must(self, distance: int) -> None:
        """Of the 8 d shifts at a distance d, the 4 d + 1 that do not go left leave the pixel bright."""
        probe = probes.ShiftAccuracy(pixels=distance, **ALL)
        curve = measured(probe, reads(CENTRE, CENTRE), images(MANY, left_half))
        assert NEAR((4 * distance + 1) / (8 * distance)) == curve[f"shift_{distance}px_accuracy"]

    def test_it_agrees_with_itself_as_often_as_it_must(self) -> None:
        """5 of 9 shifts along the axis leave the pixel bright: the same twice in (25 + 16) / 81."""
        agreed = measured(probes.ShiftConsistency(**ALL), reads(CENTRE, CENTRE), images(MANY, left_half))
        assert NEAR(41 / 81) == agreed


class TestRotationAndScale:
    @pytest.mark.parametrize("probe", [probes.RotationConsistency(**ALL), probes.ScaleConsistency(**ALL)])
    def test_a_model_that_reads_the_centre_does_not_see_them(self, probe: Probe) -> None:
        """The centre is turned and stretched onto itself."""
        assert 1.0 == measured(probe, reads(CENTRE, CENTRE), random_images())

    @pytest.mark.parametrize("probe", [probes.RotationAccuracy(**ALL), probes.ScaleAccuracy(**ALL)])
    def test_its_curve_is_flat(self, probe: Probe) -> None:
        """Plain accuracy at every level, and in the mean."""
        data, model = random_images(), reads(CENTRE, CENTRE)
        plain = float((model(data.x).argmax(axis=1) == data.y).mean())
        assert pytest.approx([plain] * len(probe.metrics)) == list(measured(probe, model, data).values())

    def test_a_turn_by_a_right_angle_moves_the_top_to_a_side(self) -> None:
        """The pixel at the top is read at the left after a turn one way, at the right after the other: half of all images each."""

        def top(x: Any) -> None:
            x[:, 0, CENTRE] = 1

        probe = probes.RotationAccuracy(degrees=(90,), **ALL)
        for column in (0, SIZE - 1):
            curve = measured(probe, reads(CENTRE, column), images(MANY, top))
            assert [0.0, NEAR(0.5)] == [curve["rotation_0deg_accuracy"], curve["rotation_90deg_accuracy"]]


class TestNoiseAndOcclusion:
    def test_noise_flips_a_pixel_as_often_as_it_must(self) -> None:
        """A pixel one standard deviation above the threshold stays above it with probability Φ(1)."""

        def draw(x: Any) -> None:
            x[:, CENTRE, CENTRE] = 0.7
            x[:, 0, 0] = 1  # the range is 0 to 1

        model, stays = reads(CENTRE, CENTRE), float(ndtr(1))
        curve = measured(probes.NoiseAccuracy(percent=(20,), **ALL), model, images(MANY, draw))
        assert [1.0, NEAR(stays)] == [curve["noise_0pct_accuracy"], curve["noise_20pct_accuracy"]]
        agreed = measured(probes.NoiseConsistency(percent=20, **ALL), model, images(MANY, draw))
        assert NEAR(stays**2 + (1 - stays) ** 2) == agreed

    def test_raw_and_divided_pixels_are_disturbed_alike(self) -> None:
        """255 times the values and the threshold: the same numbers."""
        data = random_images()
        raw = ProbeData(255 * data.x, data.y)
        probe = probes.NoiseAccuracy(**ALL)
        unit_curve = measured(probe, reads(CENTRE, CENTRE), data)
        assert unit_curve == measured(probe, reads(CENTRE, CENTRE, 255 / 2), raw)

    def test_a_square_covers_a_pixel_as_often_as_it_must(self) -> None:
        """4 of the 10 places along each axis cover the middle: 84 of 100 images keep it."""
        model, data = reads(CENTRE, CENTRE), images(MANY, bright_pixel)
        curve = measured(probes.OcclusionAccuracy(pixels=(4,), **ALL), model, data)
        assert [1.0, NEAR(0.84)] == [curve["occlusion_0px_accuracy"], curve["occlusion_4px_accuracy"]]
        agreed = measured(probes.OcclusionConsistency(pixels=4, **ALL), model, data)
        assert NEAR(0.84**2 + 0.16**2) == agreed

    def test_a_square_larger_than_the_image_is_refused(self) -> None:
        """It says both sizes."""
        with pytest.raises(ProbeError, match="14 × 14 pixels does not fit into images of 13 × 13"):
            measured(probes.OcclusionConsistency(pixels=14), INVARIANT, random_images())


def convolved(x: Any, mode: Any = "constant") -> Any:
    """Return a convolution and ReLU of every image, on the resolution of the image."""
    kernel = np.random.default_rng(7).normal(size=(1, 3, 3, 1))
    return np.maximum(convolve(x, kernel, mode=mode), 0)


def pooled(x: Any) -> Any:
    """Return maxima over 2 × 2 places; a last odd row and column are left out."""
    n, size = len(x), SIZE // 2
    return x[:, : 2 * size, : 2 * size].reshape(n, size, 2, size, 2, -1).max(axis=(2, 4))


def features(values: Any, jump: int = 1) -> FeatureMap:
    return FeatureMap(name="map", jump=(jump, jump), values=values)


class TestEquivariance:
    def test_convolutions_move_along_exactly(self) -> None:
        """Within zeros as wide as a shift and the kernel, or padded circularly: 1 at every layer."""
        cases: tuple[tuple[str, Border, int], ...] = (("constant", "zero", 5), ("grid-wrap", "wrap", 0))
        for mode, border, margin in cases:

            def maps(x: Any, mode: str = mode) -> tuple[FeatureMap, ...]:
                once = convolved(x, mode)
                return features(once), features(convolved(once, mode))

            probe = probes.Equivariance(pixels=4 if margin else 2, border=border, **ALL)
            found = measured(probe, Known(total, maps), random_images(margin=margin))
            assert [pytest.approx(1.0, abs=1e-6)] * 3 == list(found.values())

    def test_pooling_moves_along_with_even_shifts_only(self) -> None:
        """A pixel moved by one place within its window leaves the map as it is, where it should have moved: half of it overlaps."""
        from paribus.probes._equivariance import similarity
        from paribus.probes._images import Shifts, moved

        x = images(4, bright_pixel).x
        shifts = Shifts(np.array([0, 0, 0, 1]), np.array([0, 2, 1, 1]))
        pairs = zip(*(iter(pooled(each)) for each in (x, moved(x, shifts, "zero"))), strict=True)
        found = [
            similarity(
                features(still[None], 2),
                features(along[None], 2),
                Shifts(shifts.down[at : at + 1], shifts.right[at : at + 1]),
                margin=2,
            )
            for at, (still, along) in enumerate(pairs)
        ]
        assert pytest.approx([1.0, 1.0, 0.5, 0.25]) == found

    def test_layers_that_an_arm_lacks_are_undefined(self) -> None:
        """One map: the first and the last are the same, the second is NaN."""
        model = Known(total, lambda x: (features(x),))
        found = list(measured(probes.Equivariance(), model, random_images()).values())
        assert [1.0, 1.0] == [found[0], found[2]]
        assert math.isnan(found[1])

    def test_a_model_without_places_is_refused(self) -> None:
        """It says why."""
        with pytest.raises(ProbeError, match="no layers whose outputs keep places apart"):
            measured(probes.Equivariance(), INVARIANT, random_images())

    def test_shifts_must_leave_something(self) -> None:
        """A border of 7 on both sides is more than 13 pixels."""
        with pytest.raises(ProbeError, match="leave nothing of images"):
            measured(probes.Equivariance(pixels=7), INVARIANT, random_images())


def test_latency_and_throughput_are_of_what_they_say() -> None:
    """Single examples for one, batches of the model's size for the other, warm-up included."""
    taken: list[tuple[int, int | None]] = []

    class Noting(Known):
        def __call__(self, x: Any, *, batch_size: int | None = None) -> Any:
            taken.append((len(x), batch_size))
            return super().__call__(x, batch_size=batch_size)

    model, data = Noting(total), random_images(20)
    assert 0 < measured(probes.Latency(repeats=2), model, data)
    assert 0 < measured(probes.Throughput(repeats=2), model, data)
    assert [(1, 1)] * 5 + [(16, 16)] * 5 == taken
