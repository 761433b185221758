"""The pages about comments in every state, and how to get there."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from bot.comments.code_word import hashed
from bot.comments.receipt import new_receipt
from bot.comments.store import NewComment, Store
from bot.comments.tables import Comment
from bot.web.comment_words import TEXTS
from bot.web.keys import SETTINGS
from tests.browser.served import Served
from tests.comments.changing import change

WORD = "blue heron"
LONG = {
    "en": "The libraries near us close at five, so nobody who works can use the computers there. "
    "Please keep two of them open late, and lend laptops to students.\n\nThank you.",
    "es": "Las bibliotecas cercanas cierran a las cinco, así que quien trabaja no puede usar las "
    "computadoras. Por favor dejen dos abiertas hasta tarde y presten portátiles.\n\nGracias.",
}


def in_store(front: Served, work: Callable[[Store], Awaitable[Any]]) -> Any:
    """Do something with the front's store, from outside of it."""

    async def do() -> Any:
        store = Store(front.app[SETTINGS].database)
        try:
            return await work(store)
        finally:
            await store.close()

    with ThreadPoolExecutor() as pool:  # the browser's own loop runs in this thread
        return pool.submit(asyncio.run, do()).result()


def put(front: Served, language: str = "en", with_word: bool = True, **changed: Any) -> str:
    """File a comment and change it; its receipt."""

    async def do(store: Store) -> Comment:
        comment = await store.add_comment(
            NewComment(
                draft=uuid.uuid4().hex,
                channel="web",
                language=language,
                topic="education",
                text=LONG[language],
                window="late",
                masked=(),
                plan_version="2018-final",
                notice_version="2026-11",
                code_word=await hashed(WORD) if with_word else None,
            )
        )
        await change(store, comment, **changed)
        return comment

    return str(in_store(front, do).receipt)


def press(page: Page, title: str) -> None:
    """Press the button with this title."""
    page.get_by_role("button", name=title, exact=True).click()


def fill(page: Page, language: str, **typed: str) -> None:
    """Fill in the form and send it to be read back."""
    page.get_by_label(TEXTS[language]["topic"]).select_option("education")
    page.locator("#text").fill(LONG[language])
    for name, value in typed.items():
        page.locator(f"#{name}").fill(value)
    press(page, TEXTS[language]["read_it"])


def wrong(page: Page, front: Served, language: str) -> None:
    """Sends a form with everything wrong."""
    fill(page, language, zip_code="2120", contact="jane@", code_word="x", text="")


def read_back(page: Page, front: Served, language: str) -> None:
    """Has a comment read back, with private details in it."""
    fill(
        page, language, zip_code="21202", contact="jane@example.org", code_word=WORD,
        text=LONG[language] + " jane.roe@example.org, 410-555-0134",
    )  # fmt: skip


def filed(page: Page, front: Served, language: str) -> None:
    """Files a comment without anything optional."""
    fill(page, language)
    press(page, TEXTS[language]["file_it"])
    expect(page.locator(".code")).to_be_visible()


def opened(page: Page, front: Served, language: str) -> None:
    """Opens a comment with its code word."""
    page.goto(f"{front.url}/c/{put(front, language, public_reply='We will.', state='answered')}")
    page.locator("#word").fill(WORD)
    press(page, TEXTS[language]["open_it"])


def taking_back(page: Page, front: Served, language: str) -> None:
    """Is asked whether to withdraw or erase."""
    opened(page, front, language)
    press(page, TEXTS[language]["take_back_go"])


def erased(page: Page, front: Served, language: str) -> None:
    """Erases a comment."""
    taking_back(page, front, language)
    press(page, TEXTS[language]["erase_yes"])


def hidden(page: Page, front: Served, language: str) -> None:
    """Looks at a hidden comment, with a wrong code word."""
    word = "Please write it without the name."
    receipt = put(
        front, language, visibility="hidden", hidden_reason="personal_data", author_word=word
    )
    page.goto(f"{front.url}/c/{receipt}")
    page.locator("#word").fill("something else")
    press(page, TEXTS[language]["open_it"])


def not_there(page: Page, front: Served, language: str) -> None:
    """Looks for a code that nobody has."""
    page.locator("#receipt").fill(new_receipt())
    press(page, TEXTS[language]["look_up"])


def record(page: Page, front: Served, language: str) -> None:
    """A record with something of each kind, on two pages."""

    async def old(store: Store) -> None:
        async for comment in store.comments():
            await change(store, comment, visibility="pending")

    in_store(front, old)
    reply = {"public_reply": "Two libraries stay open until nine.", "replied_at": datetime.now(UTC)}
    for number in range(19):
        put(
            front,
            language,
            False,
            visibility="released",
            created_at=datetime(2019, 1, number + 1, tzinfo=UTC),
        )
    put(front, language, False, visibility="hidden", hidden_reason="hate")
    put(front, language, False, visibility="withdrawn")
    put(
        front,
        language,
        False,
        visibility="redacted",
        public_text="[...] open late.",
        hidden_reason="personal_data",
    )
    put(front, language, False, visibility="released", **reply)
    page.reload()


def nothing_found(page: Page, front: Served, language: str) -> None:
    """Searches the record for what is not there."""
    page.locator("#q").fill("zebra")
    press(page, TEXTS[language]["record_show"])


COMMENT_STATES: dict[str, tuple[str, Callable[[Page, Served, str], None] | None]] = {
    "comment-form": ("/comment?about=pillar-education", None),
    "comment-wrong": ("/comment", wrong),
    "comment-read-back": ("/comment", read_back),
    "comment-filed": ("/comment", filed),
    "comment-opened": ("/find", opened),
    "comment-taking-back": ("/find", taking_back),
    "comment-erased": ("/find", erased),
    "comment-hidden": ("/find", hidden),
    "comment-not-there": ("/find", not_there),
    "record": ("/record", record),
    "record-nothing-found": ("/record", nothing_found),
}
"""By name: where it begins, and what is done there."""
