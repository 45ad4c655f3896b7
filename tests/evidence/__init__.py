"""Mirrors `paribus.evidence`."""
