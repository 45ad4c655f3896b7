"""Rings keep the promises of every dataset."""

from paribus.testing import DatasetContract
from rings import rings


class TestRings(DatasetContract):
    def make(self):
        return rings()
