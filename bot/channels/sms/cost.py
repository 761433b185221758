"""What each reply costs by text: encoding, segments and price, in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.channels.sms.compile import Compiled, as_sms, compile_reply, pages_of
from bot.language.gsm7 import size_of
from bot.language.messages import keys, say
from bot.plan.answer import Answer, Speaker, show, show_gap
from bot.plan.load import Knowledge

LANGUAGES = ("en", "es")
KINDS = ("fact", "gap", "gap_with_topics", "message", "prompt")
"""Of replies. A gap's own words, and the same with the facts that they lead to as choices."""
SAMPLES: dict[str, object] = {
    "contact": "311", "receipt": "K7M4-QX9T", "date": "September 30, 2026",
    "today": "September 30, 2026", "closed": "March 16, 2018", "limit": "5,000",
    "length": "1,234", "short": "We need free wifi ... in every park", "text": "free wifi",
    "part": "how many parks are there", "what": "public comment ends on March 16, 2018",
    "reply": "Thank you. The library will lend laptops from March on.", "kinds": "a phone number",
    "url": "https://plan.example.gov/privacy",
    "title": "Wi-Fi in parks and recreation centers", "decision": "Accepted in part", "number": 1,
    "topic": "public safety", "state": "in review by city staff",
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What one reply costs in one language, with all its pages."""

    kind: str
    id: str
    language: str
    encoding: str
    pages: int
    segments: int

    def price(self, per_segment: float) -> float:
        """In dollars."""
        return self.segments * per_segment


def costs(knowledge: Knowledge, today: date, public_url: str | None = None) -> Iterator[Cost]:
    """Every fact, gap and message of the assistant's own, as it would be sent."""
    for language in LANGUAGES:
        speaker = Speaker(language, "sms", today)
        for fact in knowledge.facts.values():
            answer = show(fact, knowledge, speaker)
            yield _cost("fact", fact.id, language, _compiled(answer, language, public_url))
        for gap in knowledge.gaps.values():
            for kind, near in (("gap", []), ("gap_with_topics", gap.near)):
                answer = show_gap(gap, knowledge, speaker, list(near))
                yield _cost(kind, gap.id, language, _compiled(answer, language, public_url))
        for key, entry in keys(language).items():
            if isinstance(entry, dict) or key.startswith("sms_"):
                text = as_sms(say(key, language, "sms", **SAMPLES))
                yield _cost("message", key, language, Compiled(pages_of(text, language)))
        for name, text in _prompts(language, public_url):
            yield _cost("prompt", name, language, Compiled(pages_of(as_sms(text), language)))


def _prompts(language: str, public_url: str | None) -> Iterator[tuple[str, str]]:
    """What is said in one text, from several messages."""

    def words(key: str) -> str:
        return say(key, language, "sms", **SAMPLES)

    begins = ("comment_notice", "window_late", "comment_text")
    yield "comment-begins", " ".join(words(key) for key in begins)
    yield "comment-masked", f"{words('comment_masked')}\n{words('comment_readback')}"
    yield "first-contact", f"{words('welcome')} {words('sms_privacy') if public_url else ''}"


def _compiled(answer: Answer, language: str, public_url: str | None) -> Compiled:
    reply: dict[str, Any] = answer.as_json()
    reply["buttons"] = [{"title": b.title, "token": ""} for b in answer.buttons]
    return compile_reply([reply], language, public_url)


def _cost(kind: str, identity: str, language: str, compiled: Compiled) -> Cost:
    sizes = [size_of(page) for page in compiled.pages]
    encoding = "UCS-2" if any(size.encoding == "UCS-2" for size in sizes) else "GSM-7"
    segments = sum(size.segments for size in sizes)
    return Cost(kind, identity, language, encoding, len(sizes), segments)
