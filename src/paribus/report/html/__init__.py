"""Pages that open without a network: styles, scripts and templates."""

from paribus.report.html._environment import asset, environment

__all__ = ["asset", "environment"]
