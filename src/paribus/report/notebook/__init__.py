"""What notebooks show: pure HTML and CSS and one picture, in the notebook's own colors; no scripts."""

from paribus.report.notebook._show import html, model_html
from paribus.report.notebook._words import model_text, text

__all__ = ["html", "model_html", "model_text", "text"]
