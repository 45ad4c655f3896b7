"""What a reader does with a page."""

from playwright.sync_api import Page, expect


def draw_all(page: Page) -> None:
    """Scroll through the page until every chart is drawn."""
    plots = page.locator("[data-chart]")
    for place in range(plots.count()):
        plots.nth(place).scroll_into_view_if_needed()
        expect(plots.nth(place).locator("svg").first).to_be_attached()


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
