"""Mirrors `paribus.datasets`."""
