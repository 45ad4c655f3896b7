"""Random streams are named, independent, and the same everywhere."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paribus.train import batch_orders, order_hash, probe_stream, stream

SEEDS = st.integers(0, 2**63)


@given(seed=SEEDS, n=st.integers(1, 200), epochs=st.integers(1, 4))
def test_every_epoch_takes_every_example_once(seed: int, n: int, epochs: int) -> None:
    """Each row is a permutation."""
    orders = batch_orders(seed, epochs=epochs, n=n)
    np.testing.assert_array_equal(np.sort(orders, axis=1), np.tile(np.arange(n), (epochs, 1)))


@given(seed=SEEDS)
def test_longer_training_begins_with_the_same_epochs(seed: int) -> None:
    """The number of epochs does not change what comes before."""
    np.testing.assert_array_equal(batch_orders(seed, epochs=2, n=50), batch_orders(seed, epochs=5, n=50)[:2])


@given(seed=SEEDS)
def test_streams_do_not_shift_each_other(seed: int) -> None:
    """Different names draw different numbers."""
    draws = {stream(seed, name).integers(2**62) for name in ("init", "order", "dropout")}
    assert 3 == len(draws)


@given(seed=SEEDS, names=st.sets(st.text(max_size=5), min_size=2, max_size=5))
def test_every_probe_has_a_stream_of_its_own(seed: int, names: set[str]) -> None:
    """Different from each other's, and from those of training."""
    draws = {probe_stream(seed, name).integers(2**62) for name in names}
    draws |= {stream(seed, name).integers(2**62) for name in ("init", "order", "dropout")}
    assert len(names) + 3 == len(draws)


def test_a_probes_stream_is_the_same_on_every_machine() -> None:
    """Its first bits are written down."""
    assert PROBE_BITS == probe_stream(7, "shift_consistency").bit_generator.random_raw(2).tolist()


def test_the_order_is_the_same_on_every_machine_and_version() -> None:
    """A stored order hash can be met again years later."""
    orders = batch_orders(0, epochs=10, n=7_000)
    assert orders[0, :4].tolist() == ORDER_START
    assert order_hash(orders) == ORDER_HASH


ORDER_START = [788, 2488, 2143, 1241]
ORDER_HASH = "a52c0b35c87b278ba14bf88baaa43b3f3a96d628b26420480eb48ad4b1b4dd95"
PROBE_BITS = [13143056963842772401, 15844251676507399161]
