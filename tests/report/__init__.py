"""Mirrors `paribus.report`."""
