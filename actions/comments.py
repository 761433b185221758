"""The comment form: topic, comment, read-back, yes. One call of the action server a message.

The form's whole state is in the slot `comment_draft`, so a process that dies in between loses
nothing: the draft's id makes filing it twice the same as filing it once.
"""

import re
import uuid
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.comment_by_text import (
    asks_for_more,
    begin_text,
    by_text,
    inline_comment,
    needed_buttons,
    notice,
    topic_about,
)
from actions.comment_status import status_answer
from actions.comment_words import (
    is_cancel,
    is_change,
    is_question,
    is_yes,
    topic_in,
    wants_to_comment,
)
from actions.turn import Events, TurnContext, context
from bot.comments.store import NewComment, StoreUnavailable
from bot.comments.tables import CommentTopic
from bot.language.clean import COMMENT_LIMIT
from bot.language.gloss import fold, words
from bot.plan.answer import Answer, Button
from bot.plan.clock import long_date
from bot.plan.model import Status
from bot.plan.shapes import asks_within, is_correction, looks_like_question
from bot.plan.stance import is_harmful
from bot.plan.thresholds import UNSURE
from bot.plan.today import window

TOPIC, TEXT, CONFIRM = "comment_topic", "comment_text", "comment_confirm"
MORE_TEXT = 3
"""Words from which a message at the end of the form is more of the comment."""
_INLINE = re.compile(r"^[^:\n]{3,60}:\s*(?P<comment>\S.{15,})$", re.DOTALL)


class CommentForm(Action):
    """Speaks for the form `comment_form`; Rasa calls it for each message while it is open."""

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_comment_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Take the message into the draft and say what comes next."""
        turn = context(dispatcher, tracker)
        draft: dict[str, Any] = dict(tracker.get_slot("comment_draft") or {})
        step = draft.get("step")
        if step is None and not draft.get("text") and not wants_to_comment(turn):
            return [*turn.answer_anyway(), SlotSet("requested_slot", None)]
        if step is None:
            return _begin(turn, draft)
        if turn.act == ("intent", "comment_status"):
            turn.send(await status_answer(turn))
            return _resume(turn, draft, step)
        if is_cancel(turn, exact=step == TEXT or by_text(turn)) and not (
            step == CONFIRM and is_change(turn)
        ):
            return _end(turn, Answer(Status.COMMENT, turn.speaker.say("comment_cancelled")))
        if turn.act[0] == "fact":
            return _answer_and_resume(turn, draft, step)
        if _is_old_button(turn, draft, step):
            return _resume(turn, draft, step)
        if step == TOPIC:
            return _topic_step(turn, draft)
        if step == TEXT:
            return _text_step(turn, draft)
        return await _confirm_step(turn, draft)


class OfferComment(Action):
    """An opinion about the plan is met with the offer to record it."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_comment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Keep what was said and offer to file it."""
        turn = context(dispatcher, tracker)
        corrects = bool(turn.memory.facts) and is_correction(turn.text)
        asks = looks_like_question(turn.text) or (
            turn.confidence < UNSURE and asks_within(turn.text)
        )
        if is_harmful(turn.text) or asks or corrects or turn.asks():
            # An opinion is stated; whoever asks wants an answer, or to hear that there is none.
            return turn.answer_anyway()
        return offer_comment(turn)


def offer_comment(turn: TurnContext) -> Events:
    """Keep what was said and offer to file it as a comment."""
    speaker = turn.speaker
    buttons = (
        Button(speaker.say("record_comment"), "intent", "give_comment"),
        Button(speaker.say("no_thanks"), "intent", "deny"),
    )
    answer = Answer(Status.COMMENT, speaker.say("opinion"), buttons=buttons, offer="comment")
    turn.send(answer)
    return [*turn.remember(answer), SlotSet("comment_draft", _said(turn))]


def _begin(turn: TurnContext, draft: dict[str, Any]) -> Events:
    kind, value = turn.act
    text = draft.get("text")
    if value == "give_comment:question" or (
        kind != "intent" and turn.intent == "affirm" and not text
    ):
        text = turn.memory.question
    inline = None
    if turn.intent == "give_comment" and not kind:
        inline = inline_comment(turn.text) if by_text(turn) else _INLINE.match(turn.text)
    said = {"language": turn.speaker.language, "masked": []} | draft | {"text": text}
    if inline:
        said = _said(turn) | {"text": inline["comment"]}
    draft = {
        "id": str(uuid.uuid4()),
        "turn": turn.metadata.get("previous_turn"),
        "turn_status": turn.metadata.get("previous_status"),
        "topic": None,
        **said,
    }
    speaker = turn.speaker
    if by_text(turn):
        if draft["text"]:
            return _read_back(turn, draft, notice(turn))
        draft |= {"topic": CommentTopic.SOMETHING_ELSE.value, "late_said": True}
        return _ask(turn, draft, TEXT, begin_text(turn, _window_line(turn)), ())
    parts = [notice(turn), _window_line(turn), speaker.say("comment_topic")]
    return _ask(turn, draft, TOPIC, " ".join(parts), _topic_buttons(turn))


def _topic_step(turn: TurnContext, draft: dict[str, Any]) -> Events:
    topic = topic_in(turn)
    if topic is None and is_question(turn):
        return _answer_and_resume(turn, draft, TOPIC)
    if topic is None and not draft.get("text"):
        draft |= _said(turn)
        text = turn.speaker.say("comment_topic_again")
        return _ask(turn, draft, TOPIC, text, _topic_buttons(turn))
    draft["topic"] = (topic or CommentTopic.SOMETHING_ELSE).value
    if topic is None and len(words(turn.text)) >= MORE_TEXT:
        return _add(turn, draft)
    if draft.get("text"):
        return _read_back(turn, draft)
    text = turn.speaker.say("comment_text", topic=_topic_name(turn, draft))
    return _ask(turn, draft, TEXT, text, (_cancel_button(turn),))


def _text_step(turn: TurnContext, draft: dict[str, Any]) -> Events:
    if turn.act == ("form", "use_question"):
        draft |= draft.pop("question")
        return _read_back(turn, draft)
    if turn.act[0]:
        return _topic_step(turn, draft)
    if is_question(turn):
        draft["question"] = _said(turn)
        return _answer_and_resume(turn, draft, TEXT)
    if len(turn.text) > COMMENT_LIMIT:
        text = turn.speaker.say("comment_too_long", limit=f"{COMMENT_LIMIT:,}")
        return _ask(turn, draft, TEXT, text, (_cancel_button(turn),))
    draft |= _said(turn)
    return _read_back(turn, draft)


async def _confirm_step(turn: TurnContext, draft: dict[str, Any]) -> Events:
    kind, value = turn.act
    answer = fold(turn.text).strip(" .!¡")
    if (value == "yes" and kind == "form") or (kind != "form" and is_yes(turn, answer)):
        return await _file(turn, draft)
    if (value == "change" and kind == "form") or is_change(turn):
        draft["text"], draft["masked"] = None, []
        text = turn.speaker.say("comment_text_change")
        return _ask(turn, draft, TEXT, text, (_cancel_button(turn),))
    if kind:
        return _topic_step(turn, draft)
    if is_question(turn):
        return _answer_and_resume(turn, draft, CONFIRM)
    if asks_for_more(turn) if by_text(turn) else len(words(turn.text)) >= MORE_TEXT:
        return _add(turn, draft)
    text = turn.speaker.say("comment_confirm_again")
    return _ask(turn, draft, CONFIRM, text, _confirm_buttons(turn))


def _add(turn: TurnContext, draft: dict[str, Any]) -> Events:
    """Add the message to the comment and read it back; what was just said is not added twice."""
    if f"\n{draft['text']}".endswith(f"\n{turn.text}"):
        return _read_back(turn, draft)
    longer = f"{draft['text']}\n{turn.text}"
    if len(longer) > COMMENT_LIMIT:
        text = turn.speaker.say("comment_too_long", limit=f"{COMMENT_LIMIT:,}")
        return _ask(turn, draft, CONFIRM, text, _confirm_buttons(turn))
    draft["text"] = longer
    draft["masked"] = _more_masked(draft, turn)
    return _read_back(turn, draft, turn.speaker.say("comment_added"))


async def _file(turn: TurnContext, draft: dict[str, Any]) -> Events:
    plan = turn.services.decider.knowledge.plan
    state = window(turn.speaker.today, plan.comments_open, plan.comments_close)
    new = NewComment(
        draft=draft["id"],
        channel=turn.speaker.channel,
        language=draft.get("language") or turn.speaker.language,
        topic=draft["topic"],
        text=draft["text"],
        window=state,
        masked=tuple(draft.get("masked") or ()),
        plan_version=plan.version,
        notice_version=plan.notice_version,
        conversation_id=tracker_id(turn),
        turn_id=draft.get("turn"),
        turn_status=draft.get("turn_status"),
    )
    try:
        comment = await turn.services.outbox.file(turn.services.store, new)
    except StoreUnavailable:
        text = turn.speaker.say("comment_not_stored")
        return _ask(turn, draft, CONFIRM, text, _confirm_buttons(turn))
    key = "comment_kept" if comment.waits else "comment_filed"
    text = turn.speaker.say(key, receipt=comment.receipt)
    if state == "late" and not draft.get("late_said"):
        closed = long_date(plan.comments_close, turn.speaker.language)
        text += " " + turn.speaker.say("comment_filed_late", closed=closed)
    answer = Answer(Status.COMMENT, text, extra={"receipt": comment.receipt})
    # Who never saw it, and says yes again, gets it again.
    return [*_end(turn, answer), SlotSet("last_reply", turn.said(answer))]


def tracker_id(turn: TurnContext) -> str:
    """The conversation's id, without its signature."""
    return str(turn.tracker.sender_id)


def _read_back(turn: TurnContext, draft: dict[str, Any], before: str | None = None) -> Events:
    speaker = turn.speaker
    text = draft["text"]
    if by_text(turn):
        draft["topic"] = topic_about(text, turn.memory.facts).value
    said = words(text)
    short = (
        text
        if len(text) <= 40
        else f"{' '.join(text.split()[:3])} ... {' '.join(text.split()[-3:])}"
    )
    parts = [before] if before else []
    kinds = [speaker.say(f"kind_{kind}") for kind in draft.get("masked") or []]
    if kinds:
        parts.append(speaker.say("comment_masked", kinds=", ".join(kinds)))
    parts.append(
        speaker.say(
            "comment_readback",
            topic=_topic_name(turn, draft),
            text=text,
            short=short if said else text,
            length=len(text),
        )
    )
    return _ask(turn, draft, CONFIRM, "\n".join(parts), _confirm_buttons(turn))


def _answer_and_resume(turn: TurnContext, draft: dict[str, Any], step: str) -> Events:
    """Answer a question in the middle of a comment, then go on where the form was."""
    answer = turn.services.decider.answer(turn.question, turn.memory, turn.speaker)
    turn.send(Answer(answer.status, answer.text, answer.facts, answer.sources, (), answer.near))
    events = _resume(turn, draft, step)
    if answer.facts:
        events.append(SlotSet("focus", list(answer.facts)))
    return events


def _resume(turn: TurnContext, draft: dict[str, Any], step: str) -> Events:
    """Ask again what the form asked last."""
    speaker = turn.speaker
    if step == TOPIC:
        return _ask(turn, draft, step, speaker.say("comment_topic"), _topic_buttons(turn))
    if step == CONFIRM:
        text = speaker.say("comment_confirm_again")
        return _ask(turn, draft, step, text, _confirm_buttons(turn))
    text = speaker.say("comment_text_resume", topic=_topic_name(turn, draft))
    buttons: tuple[Button, ...] = (_cancel_button(turn),)
    question = draft.get("question")
    if question:
        asked = question["text"]
        short = asked if len(asked) <= 60 else asked[:57] + "..."
        use = Button(speaker.say("comment_use_question", text=short), "form", "use_question")
        buttons = (use, *buttons)
    return _ask(turn, draft, step, text, buttons)


def _ask(
    turn: TurnContext, draft: dict[str, Any], step: str, text: str, buttons: tuple[Button, ...]
) -> Events:
    draft["step"] = step
    if by_text(turn):
        buttons = needed_buttons(buttons)
    turn.send(Answer(Status.COMMENT, text, buttons=buttons), expects="comment")
    return [
        SlotSet("comment_draft", draft),
        SlotSet("requested_slot", step),
        SlotSet("offer", None),
    ]


def _end(turn: TurnContext, answer: Answer) -> Events:
    turn.send(answer)
    return [SlotSet("comment_draft", None), SlotSet("requested_slot", None)]


def _is_old_button(turn: TurnContext, draft: dict[str, Any], step: str) -> bool:
    """Whether a button of an earlier message was pressed that says nothing here."""
    kind, value = turn.act
    if kind != "form":
        return bool(kind)
    if value == "use_question":
        return step != TEXT or not draft.get("question")
    return value in {"yes", "change"} and step != CONFIRM


def _topic_name(turn: TurnContext, draft: dict[str, Any]) -> str:
    return turn.speaker.say(f"topic_{draft['topic']}")


def _topic_buttons(turn: TurnContext) -> tuple[Button, ...]:
    buttons = [
        Button(_capital(turn.speaker.say(f"topic_{topic.value}")), "form", f"topic:{topic.value}")
        for topic in CommentTopic
    ]
    return (*buttons, _cancel_button(turn))


def _confirm_buttons(turn: TurnContext) -> tuple[Button, ...]:
    say = turn.speaker.say
    return (
        Button(say("confirm_yes"), "form", "yes"),
        Button(say("confirm_change"), "form", "change"),
        _cancel_button(turn),
    )


def _cancel_button(turn: TurnContext) -> Button:
    return Button(turn.speaker.say("confirm_cancel"), "form", "cancel")


def _window_line(turn: TurnContext) -> str:
    plan = turn.services.decider.knowledge.plan
    state = window(turn.speaker.today, plan.comments_open, plan.comments_close)
    closed = long_date(plan.comments_close, turn.speaker.language)
    return turn.speaker.say(f"window_{state}", closed=closed)


def _said(turn: TurnContext) -> dict[str, Any]:
    """The message as a comment's text; its language may be one that we do not speak."""
    return {
        "text": turn.text,
        "language": str(turn.metadata.get("comment_language") or turn.speaker.language),
        "masked": list(turn.metadata.get("masked") or []),
    }


def _more_masked(draft: dict[str, Any], turn: TurnContext) -> list[str]:
    kinds = [*(draft.get("masked") or []), *(turn.metadata.get("masked") or [])]
    return list(dict.fromkeys(kinds))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
