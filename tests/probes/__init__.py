"""Mirrors `paribus.probes`."""
