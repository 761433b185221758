"""A picture of every resident's page into screenshots/: `make screenshots`."""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.running import Running
from bot import ROOT

SIZES = {"phone": (360, 740), "desktop": (1200, 860)}
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def main() -> int:
    """Start an assistant of its own, visit each page in both sizes and languages, and stop it."""
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        environment = {"BOT_RATE_LIMIT": "off"}
        with Running(Path(data), environment=environment) as running:
            shoot(running.url, folder)
    print(f"Pictures are in {folder.relative_to(ROOT)}/")
    return 0


def shoot(url: str, folder: Path) -> None:
    """Take every picture."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for size, (width, height) in SIZES.items():
            for language in ("en", "es"):
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, locale=language,
                        color_scheme=scheme,  # type: ignore[arg-type]
                    )  # fmt: skip
                    page = context.new_page()

                    def take(
                        name: str, page: Page = page, where: str = f"{size}-{language}-{scheme}"
                    ) -> None:
                        time.sleep(0.2)
                        page.screenshot(path=str(folder / f"{name}-{where}.png"), full_page=True)

                    page.goto(f"{url}/?lang={language}")
                    take("start")
                    questions = {
                        "en": ["What are the five pillars?", "When were comments due?"],
                        "es": [
                            "¿Cuáles son los cinco pilares?",
                            "¿Hasta cuándo se podía comentar?",
                        ],
                    }[language]
                    for question in questions:
                        ask(page, question)
                    take("answers")
                    ask(
                        page,
                        {"en": "I want to leave a comment", "es": "Quiero dejar un comentario"}[
                            language
                        ],
                    )
                    take("comment-topic")
                    if scheme == "light":
                        page.goto(f"{url}/f/five-pillars?lang={language}")
                        take("fact")
                        page.goto(f"{url}/find?lang={language}")
                        take("find")
                        page.goto(f"{url}/c/K7M4-QX9A?lang={language}")
                        take("bad-receipt")
                        page.goto(f"{url}/privacy?lang={language}")
                        take("privacy")
                        page.goto(f"{url}/clear?lang={language}")
                        take("clear")
                        page.goto(f"{url}/nothing-here?lang={language}")
                        take("not-found")
                    context.close()
        browser.close()


def ask(page: Page, question: str) -> None:
    """Type a question and wait for its answer."""
    before = page.locator(".turn").count()
    page.fill("#text", question)
    page.click("#ask button[type=submit]")
    page.locator(".turn").nth(before).wait_for()


if __name__ == "__main__":
    sys.exit(main())
