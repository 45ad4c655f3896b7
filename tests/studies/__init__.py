"""Mirrors `paribus.studies`."""
