"""SVG by hand: elements, and a style that is legible in light, dark and print."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from paribus.report._visible import visible

STYLE = """
svg { --ink: #1b1f24; --dim: #5b6470; --line: #9aa4b0; --shade: #3b6fb5; --alarm: #b3261e; --mark: #c05a00; --paper: #ffffff; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8eaed; --dim: #a5adb8; --line: #5f6873; --shade: #7fb0f0; --alarm: #ff8a80; --mark: #ffb454; --paper: #14171b; } }
@media print { svg { --ink: #000; --dim: #333; --line: #777; --shade: #3b6fb5; --alarm: #b3261e; --mark: #a04800; --paper: #fff; } }
text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
.paper { fill: var(--paper); }
.dim { fill: var(--dim); }
.cell { fill: var(--shade); stroke: var(--line); stroke-width: 1; }
.empty { fill: none; stroke: var(--line); stroke-width: 1; }
.pad { fill: none; stroke: var(--line); stroke-width: 1; stroke-dasharray: 3 2; }
.unread { stroke: var(--alarm); stroke-width: 1; }
.window { fill: none; stroke: var(--mark); stroke-width: 3; }
.bar { fill: var(--shade); fill-opacity: 0.55; stroke: var(--shade); }
.beyond { fill: none; stroke: var(--shade); stroke-dasharray: 3 2; }
.edge { stroke: var(--mark); stroke-width: 1.5; }
.hatch { stroke: var(--alarm); stroke-width: 1.6; }
"""


def nested_style(selector: str) -> str:
    """Return the style for a page on which there are other pictures, too: it holds within `selector` alone."""
    return f"{selector} {{{STYLE}}}"


HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)


def document(width: float, height: float, title: str, body: Iterable[str], *, styled: bool = True) -> str:
    """Return an SVG of this size in pixels.

    Args:
        width: In pixels.
        height: In pixels.
        title: What screen readers say.
        body: Elements.
        styled: Whether it carries its style; a page that shows several has it once, within the element that holds them: `nested_style`.
    """
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" aria-label={quoteattr(visible(title))}>'
    )
    paper = f'<rect class="paper" width="{width:g}" height="{height:g}"/>'
    style = [f"<style>{STYLE}</style>"] if styled else []
    head = [opening, f"<title>{escape(visible(title))}</title>", *style, HATCH, paper]
    return "\n".join([*head, *body, "</svg>"]) + "\n"


def rectangle(x: float, y: float, width: float, height: float, kind: str, **attributes: object) -> str:
    """Return a rectangle of one of the style's classes."""
    more = "".join(f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in attributes.items())
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{more}/>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """Return a line of one of the style's classes."""
    return f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def words(x: float, y: float, said: str, *, size: float = 13, anchor: str = "start", kind: str = "") -> str:
    """Return a line of text."""
    of_class = f' class="{kind}"' if kind else ""
    return f'<text{of_class} x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}">{escape(visible(said))}</text>'
