"""The pictures of docs/staff.md, and every desk page in two sizes: `make staff-screenshots`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from bench.desk import Desk
from bench.screenshots import CHROMIUM, QUIET
from bot import ROOT

PICTURES = ROOT / "docs" / "images"
"""What docs/staff.md shows."""
EVERY = ROOT / "screenshots"
SHOWN = {"queue", "comment", "theme", "similar", "gaps", "reports"}
SIZES = {"phone": (390, 800), "desktop": (1280, 860)}


def pages(desk: Desk) -> dict[str, str]:
    """Every page of the desk, by a name for its picture."""
    return {
        "queue": "/staff/comments",
        "search": "/staff/comments?visibility=any&search=wi-fi",
        "comment": f"/staff/comments/{desk.receipts[-1]}",
        "count": "/staff/comments/count?visibility=any",
        "themes": "/staff/themes",
        "theme": "/staff/themes/wi-fi-in-parks-and-recreation-centers",
        "similar": "/staff/similar",
        "similar-group": "/staff/similar/1",
        "gaps": "/staff/gaps",
        "gap": f"/staff/gaps/{desk.gap}",
        "reports": "/staff/reports?since=2018-02-01&until=2018-04-30",
        "report-print": "/staff/reports/print?since=2018-02-01&until=2018-04-30",
        "templates": "/staff/templates",
        "exports": "/staff/exports?visibility=any",
        "import": "/staff/import",
        "enter": "/staff/enter",
        "switches": "/staff/switches",
        "privacy": "/staff/privacy",
        "log": "/staff/log",
        "people": "/staff/people",
        "account": "/staff/account",
        "codes": "/staff/account/codes",
        "public-themes": "/themes",
        "public-theme": "/themes/wi-fi-in-parks-and-recreation-centers",
    }


def main() -> int:
    """Seed a demonstration, visit each page in both sizes, and stop."""
    EVERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, Desk(Path(data)) as desk, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="en-US"
            )
            shoot(context, desk, size)
            context.close()
        browser.close()
    print("Pictures are in screenshots/ and docs/images/")
    return 0


def shoot(context: BrowserContext, desk: Desk, size: str) -> None:
    """Take the pictures of one size."""
    page = context.new_page()
    page.goto(f"{desk.url}/staff/sign-in")
    page.screenshot(path=str(EVERY / f"staff-sign-in-{size}.png"), full_page=True)
    context.add_cookies([desk.signed_in])  # type: ignore[list-item]
    for name, address in pages(desk).items():
        page.goto(desk.url + address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(EVERY / f"staff-{name}-{size}.png"), full_page=True)
        if size == "desktop" and name in SHOWN:
            page.screenshot(path=str(PICTURES / f"staff-{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
