"""A picture of every resident's page into screenshots/: `make screenshots`.

A new page is one line in PAGES; a page that needs something done first is a function in SCENES.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.running import Running
from bot import ROOT
from bot.web.comment_words import TEXTS

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
PAGES = {
    "start": "/",
    "fact-pillars": "/f/five-pillars",
    "fact-timeline": "/f/plan-timeline",
    "fact-conflict": "/f/ransom-demand",
    "comment-form": "/comment",
    "record": "/record",
    "find": "/find",
    "bad-receipt": "/c/K7M4-QX9A",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "clear": "/clear",
    "not-found": "/nothing-here",
    "frame": "/embed",
}
"""Pages that are only opened, by their name in the folder."""
WORDS = {
    "pillars": {"en": "What are the five pillars?", "es": "¿Cuáles son los cinco pilares?"},
    "due": {"en": "When were comments due?", "es": "¿Hasta cuándo se podía comentar?"},
    "timeline": {"en": "What is the plan's timeline?", "es": "¿Cuál es la cronología del plan?"},
    "absent": {
        "en": "Who won the contract for the plan?",
        "es": "¿Quién ganó el contrato del plan?",
    },
    "comment": {"en": "I want to leave a comment", "es": "Quiero dejar un comentario"},
    "education": {"en": "Education", "es": "Educación"},
    "text": {
        "en": "Lend laptops at every library, and teach people how to use them.",
        "es": "Presten computadoras en cada biblioteca y enseñen a usarlas.",
    },
    "file": {"en": "Yes, file it", "es": "Sí, enviarlo"},
}


def main() -> int:
    """Start an assistant of its own, take every picture, and stop it."""
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as play:
        environment = {"BOT_RATE_LIMIT": "off"}
        with Running(Path(data), environment=environment) as running:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            shoot(browser, running.url, folder)
            browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures are in {folder.relative_to(ROOT)}/")
    return 0


def shoot(browser: Browser, url: str, folder: Path) -> None:
    """Take every picture: phone and desktop, English and Spanish, light and dark."""
    for size, (width, height) in SIZES.items():
        for language in ("en", "es"):
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, locale=language,
                    color_scheme=scheme, reduced_motion="reduce",  # type: ignore[arg-type]
                )  # fmt: skip
                page = context.new_page()

                def take(
                    name: str, page: Page = page, where: str = f"{size}-{language}-{scheme}"
                ) -> None:
                    page.screenshot(path=str(folder / f"{name}-{where}.png"), full_page=True)

                for name, path in PAGES.items():
                    page.goto(f"{url}{path}?lang={language}")
                    take(name)
                for scene in SCENES:
                    page.context.clear_cookies()
                    page.goto(f"{url}/?lang={language}")
                    scene(page, language, take)
                context.close()


Take = Callable[[str], None]


def answers(page: Page, language: str, take: Take) -> None:
    """Questions and their answers, with the pictures of the pillars and the timeline."""
    for name in ("due", "pillars"):
        ask(page, WORDS[name][language])
    take("answers")
    ask(page, WORDS["timeline"][language])
    take("answers-timeline")
    ask(page, WORDS["absent"][language])
    take("answers-absent")


def too_long(page: Page, language: str, take: Take) -> None:
    """A question that is too long stays in the box."""
    page.locator("#text").fill(f"{WORDS['pillars'][language]} " * 40)
    page.locator("#send").click()
    page.locator("#problem p").wait_for()
    take("too-long")


def comment(page: Page, language: str, take: Take) -> None:
    """A comment in the chat, from its notice to its receipt."""
    ask(page, WORDS["comment"][language])
    take("comment-topic")
    press(page, WORDS["education"][language])
    ask(page, WORDS["text"][language])
    take("comment-read-back")
    press(page, WORDS["file"][language])
    take("comment-filed")
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator(".receipt").last.inner_text())
    page.goto(page.url.split("/?")[0].split("/#")[0] + f"/c/{receipt[0]}" if receipt else page.url)
    take("receipt")


def comment_form(page: Page, language: str, take: Take) -> None:
    """A comment at the form, from what is wrong with it to its author's page."""
    texts = TEXTS[language]
    page.goto(page.url.split("/?")[0] + f"/comment?lang={language}")
    page.locator("#zip_code").fill("2120")
    send(page, texts["read_it"])
    take("comment-form-wrong")
    page.locator("#topic").select_option("education")
    page.locator("#zip_code").fill("21202")
    page.locator("#contact").fill("jane@example.org")
    page.locator("#code_word").fill("blue heron")
    page.locator("#text").fill(WORDS["text"][language] + " jane.roe@example.org")
    send(page, texts["read_it"])
    take("comment-form-read-back")
    send(page, texts["file_it"])
    take("comment-form-filed")
    send(page, texts["take_back_go"])
    take("comment-form-take-back")
    send(page, texts["erase_yes"])
    take("comment-form-erased")


def send(page: Page, title: str) -> None:
    """Press a button of a page that loads anew."""
    with page.expect_navigation():
        page.get_by_role("button", name=title, exact=True).click()


SCENES = (answers, too_long, comment, comment_form)


def ask(page: Page, question: str) -> None:
    """Type a question and wait for its answer."""
    before = page.locator(".turn").count()
    page.fill("#text", question)
    page.click("#send")
    page.locator(".turn").nth(before).wait_for()


def press(page: Page, title: str) -> None:
    """Press a button of the last answer and wait for what it does."""
    before = page.locator(".turn").count()
    page.locator(".turn").last.get_by_role("button", name=title).click()
    page.locator(".turn").nth(before).wait_for()


if __name__ == "__main__":
    sys.exit(main())
