"""What is looked for on every page of the desk."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def wrong(page: Page) -> list[str]:
    """What axe finds."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def is_too_wide(page: Page) -> list[str]:
    """A complaint if the page has to be scrolled sideways."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return ["wider than the screen"] if wide else []


def is_clean(page: Page) -> None:
    """Fails if axe finds anything, also in what can be opened, or the page is too wide."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert wrong(page) + is_too_wide(page) == []
