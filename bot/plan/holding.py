"""Whether the intent of a message that seems to be declined holds against what was found."""

from bot.plan.context import Question
from bot.plan.search import Hit
from bot.plan.shapes import looks_like_question
from bot.plan.stance import asks_what_will_be
from bot.plan.thresholds import (
    ANSWER_AT,
    ASKS_AT,
    FAR,
    HARDLY,
    IN_CONTEXT_AT,
    NO_QUESTION,
    NOT_ASKS_AT,
    PUBLISHED_AT,
    SURE_AT,
    UNSURE,
)

MAY_LEAN = frozenset({"out_of_scope", "city_service"})
"""Declined intents that a follow-up is taken for when it is read without its context."""
OF_TONE = frozenset({"politics", "injection", "abuse"})
"""Declined intents that go by how something is said; what is asked may be in the sources."""


def holds(question: Question, top: Hit, leans: bool, published: bool) -> bool:
    """Whether it holds against the first hit, which may be what staff `published`."""
    if published and question.intent in MAY_LEAN:
        # Its ways of asking do not train yet, so the intent is that of before it was answered.
        return top.score < PUBLISHED_AT
    if leans and question.confidence < UNSURE:
        return False  # without what it leans on, it could be anything
    if leans and question.intent in MAY_LEAN:
        return top.score < IN_CONTEXT_AT
    unsure_side = question.intent == "politics" and question.confidence < UNSURE
    if unsure_side and top.score >= FAR and looks_like_question(question.text):
        return False  # whoever asks for a side, or a guess, is told from a question more surely
    if question.confidence < HARDLY:
        return top.score < ANSWER_AT
    return top.score < SURE_AT or question.confidence >= UNSURE


def goes_by_tone(question: Question, known: bool) -> bool:
    """Whether the intent goes by tone alone, of a message that asks for what is `known` or not.

    "Will my taxes go up?" sounds like a guess to make; that nothing is known of it is none.
    """
    will_be = asks_what_will_be(question.text)
    if not known:
        return question.intent == "politics" and will_be
    return question.intent in OF_TONE and not will_be


def is_unsure(question: Question) -> bool:
    """Whether the intent gives way to what is asked for beyond doubt, as no misuse does."""
    return question.confidence < UNSURE and question.intent not in OF_TONE


def may_ask(question: Question) -> bool:
    """Whether a message after an answer may ask: not where a sure intent goes by tone."""
    return question.intent in MAY_LEAN or question.confidence < UNSURE


def holds_after(question: Question, asks: float, alone: bool) -> bool:
    """Whether it holds for a message that `asks` so likely about what was shown.

    `alone` is what `holds` says.
    """
    shaped = looks_like_question(question.text)
    if question.confidence >= UNSURE and asks < NOT_ASKS_AT and not shaped:
        return True
    return alone and (asks < ASKS_AT or question.confidence >= NO_QUESTION)
