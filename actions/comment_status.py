"""What became of a comment, by its receipt code."""

from collections.abc import Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.turn import Events, TurnContext, context
from bot.comments.receipt import BadReceipt, find_receipt, parse_receipt
from bot.comments.review_tables import Theme
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Comment, Visibility
from bot.comments.themes import as_fits, decision_of, published_of, title_of, words_of
from bot.plan.answer import Answer
from bot.plan.clock import long_date
from bot.plan.model import Status


class CommentStatus(Action):
    """ "What became of my comment?", by receipt code."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_comment_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Tell the state and the public reply of the comment with this code."""
        turn = context(dispatcher, tracker)
        answer = None if find_receipt(turn.text) else turn.rescued()
        turn.send(answer or await status_answer(turn))
        return []


async def status_answer(turn: TurnContext) -> Answer:
    """The state and the city's reply of the comment whose code was sent.

    A wrong code is marked, so that the front can count the tries of an address.
    """
    typed = find_receipt(turn.text)
    if typed is None:
        return Answer(Status.COMMENT, turn.speaker.say("status_how"))
    wrong = {"wrong_receipt": True}
    try:
        receipt = parse_receipt(typed)
    except BadReceipt:
        return Answer(Status.COMMENT, turn.speaker.say("status_bad_code"), extra=wrong)
    try:
        comment = await turn.services.store.comment_by_receipt(receipt)
    except StoreUnavailable:
        if turn.services.outbox.find(receipt) is None:
            raise
        comment = None
    if comment is None and turn.services.outbox.find(receipt):
        return Answer(Status.COMMENT, turn.speaker.say("status_waits", receipt=receipt))
    if comment is None:
        text = turn.speaker.say("status_unknown", receipt=receipt)
        return Answer(Status.COMMENT, text, extra=wrong)
    decided = await published_of(turn.services.store, comment.id)
    return Answer(Status.COMMENT, describe(comment, decided, turn))


def describe(comment: Comment, decided: Sequence[Theme], turn: TurnContext) -> str:
    """A comment's state, the city's reply and what it decided, in the resident's language."""
    speaker = turn.speaker
    gone = {Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.ERASED}
    key = (
        f"visibility_{comment.visibility}"
        if comment.visibility in gone
        else f"state_{comment.state}"
    )
    text = speaker.say(
        "status_found",
        receipt=comment.receipt,
        state=speaker.say(key),
        date=long_date(comment.created_at.date(), speaker.language),
        topic=speaker.say(f"topic_{comment.topic}"),
    )
    if comment.public_reply:
        text += " " + speaker.say("status_reply", reply=comment.public_reply)
    for theme in decided:
        text += " " + speaker.say(
            "status_decided",
            title=title_of(theme, speaker.language),
            decision=decision_of(theme, speaker.language),
        )
        if speaker.channel != "sms":
            text += " " + words_of(theme, speaker.language)
    if speaker.channel == "sms" and len(decided) == 1:
        return as_fits(text, words_of(decided[0], speaker.language))
    return text
