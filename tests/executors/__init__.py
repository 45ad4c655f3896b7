"""Mirrors `paribus.executors`."""
