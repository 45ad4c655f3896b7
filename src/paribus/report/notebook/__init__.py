"""What notebooks show: pure HTML and CSS and one picture, in the notebook's own colors; no scripts."""

from paribus.report.notebook._show import html, model_html

__all__ = ["html", "model_html"]
