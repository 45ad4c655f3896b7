"""Mirrors `paribus.fairness`."""
