"""Every page and state a resident can meet, and how to get there. Extend the list with new pages."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from bot.channels.limits import RateLimit
from bot.comments.receipt import new_receipt
from bot.plan.answer import Answer, Button
from bot.plan.model import Status
from bot.web.keys import TURNS
from bot.web.words import WORDS
from tests.channels.fake_assistant import COMMENT_FORM

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
QUESTIONS = {"en": "What are the five pillars?", "es": "¿Cuáles son los cinco pilares?"}
WHICH = Answer(
    Status.CLARIFY,
    "I want to be sure I understand. Which of these do you mean?",
    buttons=(
        Button("The plan's timeline", "fact", "plan-timeline"),
        Button(LONG_WORD, "fact", "five-pillars"),
        Button("None of these", "intent", "none_of_these"),
    ),
)
FILED = Answer(
    Status.COMMENT,
    "Thank you. Your comment is recorded.\n\nIt is marked as late.",
    extra={"receipt": "K7M4-QX9T"},
)


@dataclass(frozen=True)
class State:
    """A page and what is done on it. `do` gets the page, the script and the language."""

    name: str
    path: str = "/"
    do: Callable[..., None] | None = None


def send(page: Page, text: str, language: str) -> None:
    """Type a question, send it and wait for what comes of it."""
    before = page.locator(".turn").count()
    page.locator("#text").fill(text)
    page.get_by_role("button", name=WORDS[language]["send"], exact=True).click()
    expect(page.locator(".turn").nth(before).or_(page.locator("#problem p")).first).to_be_visible()


def asked(*facts: str) -> Callable[..., None]:
    """Asks for these facts."""

    def do(page: Page, script, language: str) -> None:
        for fact in facts:
            script.fact(fact, language)
            send(page, QUESTIONS[language], language)

    return do


def told(answer: Answer, text: str = "my question", **more: object) -> Callable[..., None]:
    """Gets this answer."""

    def do(page: Page, script, language: str) -> None:
        script.says(answer, language, **more)
        send(page, text, language)

    return do


def refused(text: str) -> Callable[..., None]:
    """Sends what can't be taken."""
    return lambda page, script, language: send(page, text, language)


def down(page: Page, script, language: str) -> None:
    """Asks when the assistant is down."""
    script.front.assistant.status = 500
    send(page, "my question", language)


def commenting(page: Page, script, language: str) -> None:
    """Is asked for the topic of a comment, and has typed nearly all that is allowed."""
    script.front.assistant.replies = [COMMENT_FORM]
    send(page, "I want to leave a comment", language)
    page.locator("#text").fill("word " * 900)


def cleared(page: Page, script, language: str) -> None:
    """Clears a conversation."""
    script.fact("five-pillars", language)
    send(page, QUESTIONS[language], language)
    page.get_by_role("button", name=WORDS[language]["clear_link"]).click()
    page.get_by_role("button", name=WORDS[language]["clear_yes"]).click()
    expect(page.get_by_text(WORDS[language]["cleared"])).to_be_visible()


def opened_text(page: Page, script, language: str) -> None:
    """Opens everything that can be opened."""
    asked("plan-timeline")(page, script, language)
    for summary in page.locator("summary").all():
        if not summary.evaluate("s => s.parentElement.open"):
            summary.click()


def too_fast(page: Page, script, language: str) -> None:
    """Sends more than is allowed."""
    turns = script.front.app[TURNS]
    turns.settings = turns.settings.model_copy(update={"rate_limit": "on"})
    turns.by_conversation = RateLimit(0, 60)
    send(page, "my question", language)


def slow(page: Page, script, language: str) -> None:
    """Waits for an answer that takes long."""
    script.front.assistant.delay = 6
    page.locator("#text").fill("my question")
    page.get_by_role("button", name=WORDS[language]["send"], exact=True).click()
    expect(page.locator("#progress")).to_have_text(WORDS[language]["slow"])


def offline(page: Page, script, language: str) -> None:
    """Asks without a network."""
    page.context.set_offline(True)
    send(page, "my question", language)


def in_two_tabs(page: Page, script, language: str) -> None:
    """Asks here after something was said in another tab."""
    send(page, "first", language)
    other = page.context.new_page()
    other.goto(page.url.partition("#")[0])
    send(other, "in the other tab", language)
    other.close()
    page.locator("#text").fill("third")
    page.get_by_role("button", name=WORDS[language]["send"], exact=True).click()
    expect(page.locator("#missed")).not_to_be_empty()


def without_cookies(page: Page, script, language: str) -> None:
    """Asks in a browser that keeps no cookies."""
    script.front.keeps_cookies = False
    page.reload()
    send(page, "my question", language)
    expect(page.locator("#kept")).not_to_be_empty()


STATES = [
    State("start"),
    State("pillars", do=asked("five-pillars")),
    State("timeline", do=opened_text),
    State("conflict", do=asked("ransom-demand")),
    State("which", do=told(WHICH, LONG_WORD)),
    State("commenting", do=commenting),
    State("filed", do=told(FILED)),
    State("empty", do=refused("  ")),
    State("too-long", do=refused("x" * 1200)),
    State("down", do=down),
    State("too-fast", do=too_fast),
    State("slow", do=slow),
    State("offline", do=offline),
    State("other-tab", do=in_two_tabs),
    State("no-cookies", do=without_cookies),
    State("clear", "/clear"),
    State("cleared", do=cleared),
    State("fact", "/f/five-pillars"),
    State("fact-timeline", "/f/plan-timeline"),
    State("fact-context", "/f/attack-2019"),
    State("privacy", "/privacy"),
    State("accessibility", "/accessibility"),
    State("comment-form", "/comment"),
    State("record", "/record"),
    State("find", "/find"),
    State("bad-receipt", "/c/K7M4-QX9A"),
    State("unknown-receipt", f"/c/{new_receipt()}"),
    State("not-found", "/nowhere"),
    State("frame", "/embed"),
    State("frame-answer", "/embed", do=asked("five-pillars")),
    State("frame-clear", "/embed/clear"),
]
