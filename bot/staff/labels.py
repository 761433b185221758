"""What the closed lists are called on the desk's pages."""

from bot.comments.moderation import Act
from bot.comments.review_tables import Decision, HideReason
from bot.comments.tables import CommentTopic, Priority

LABELS = {
    "pending": "waiting", "released": "released", "redacted": "redacted", "hidden": "hidden",
    "withdrawn": "withdrawn by its author", "erased": "erased", "any": "any",
    "received": "received", "in_review": "in review", "answered": "answered", "closed": "closed",
    "early": "early", "open": "in time", "late": "late",
    "web": "web", "sms": "text message", "phone": "phone call", "letter": "letter",
    "form": "city's form", "import": "imported", "en": "English", "es": "Spanish",
    "email": "e-mail",
    CommentTopic.PUBLIC_SAFETY.value: "Public safety",
    CommentTopic.EDUCATION.value: "Education",
    CommentTopic.ACCOUNTABILITY.value: "Accountability",
    CommentTopic.ECONOMY.value: "Economy",
    CommentTopic.QUALITY_OF_LIFE.value: "Quality of life",
    CommentTopic.SOMETHING_ELSE.value: "Something else",
    CommentTopic.WHOLE_PLAN.value: "The whole plan",
    HideReason.PERSONAL_DATA.value: "personal data of others",
    HideReason.THREAT.value: "a threat",
    HideReason.HATE.value: "hate against a group",
    HideReason.OBSCENE.value: "obscene words",
    HideReason.ADVERTISING.value: "advertising",
    HideReason.COPYRIGHT.value: "somebody else's work",
    HideReason.NOT_A_COMMENT.value: "not a comment, such as a test",
    HideReason.AUTHOR_REQUEST.value: "its author asked for it",
    Decision.ACCEPTED.value: "accepted", Decision.PARTLY.value: "partly accepted",
    Decision.DECLINED.value: "declined", Decision.OUT_OF_SCOPE.value: "out of scope",
    "filed": "filed", "corrected": "corrected",
    "imported": "imported", "entered": "entered by hand",
    Act.ASSIGNED.value: "assigned", Act.PRIORITISED.value: "priority set",
    Act.THEMED.value: "themes set", Act.MOVED.value: "state set", Act.REPLIED.value: "answered",
    Act.HELD.value: "legal hold", Act.NOTED.value: "note added", Act.UNDONE.value: "undone",
    Act.CONTACT_SEEN.value: "contact looked at",
    "queued": "waiting to be sent", "sent": "sent", "delivered": "delivered",
    "failed": "failed", "dropped": "not sent",
    "urgent": "urgent first", "newest": "newest first", "oldest": "oldest first",
}  # fmt: skip
OF_GAPS = {
    "open": "new", "draft": "being written", "waiting": "waits for approval",
    "published": "published", "taken_back": "taken back", "set_aside": "set aside",
    "absent": "not in our sources", "clarify": "asked back", "out_of_scope": "off topic",
    "not_useful": "rated as not useful", "answered": "answered", "conflicting": "sources disagree",
    "reopened": "put back on the board", "saved": "answer saved",
    "sent": "sent for approval", "sent_back": "sent back to its writer",
}  # fmt: skip
"""The board of gaps has words of its own for some of these."""
ANSWER_LABELS = {
    "topic": "Topic",
    "standing": "Who says it",
    "title_en": "Title, English",
    "title_es": "Title, Spanish",
    "answer_en": "Answer on the web, English",
    "answer_es": "Answer on the web, Spanish",
    "sms_en": "Text message, English",
    "sms_es": "Text message, Spanish",
    "numbers": "Numbers in it, one on each line",
    "dates": "Dates in it, such as 2020-05-31, one on each line",
    "names": "Names in it, one on each line",
    "asks_en": "Ways to ask, English, one on each line",
    "asks_es": "Ways to ask, Spanish, one on each line",
    "source": "Source",
    "source_title": "Title of the new source",
    "source_publisher": "Its publisher",
    "source_url": "Its address",
    "source_kind": "Its kind",
    "source_date": "Its date, if known",
    "quote": "The words of the source that it rests on",
    "page": "Page, if it has one",
}
"""Fields of the answer to a gap."""
PRIORITIES = {Priority.URGENT: "urgent", Priority.HIGH: "high", Priority.NORMAL: "normal"}
FIELDS = {
    "visibility": "visibility", "state": "state", "assignee": "assigned to",
    "priority": "priority", "themes": "themes", "public_text": "public wording",
    "hidden_reason": "reason", "author_word": "word to the author", "public_reply": "reply",
    "replied_at": "answered at", "legal_hold": "legal hold", "text": "text", "topic": "topic",
    "window": "window", "channel": "channel",
}  # fmt: skip


def label(value: object) -> str:
    """What a value of a closed list is called."""
    return LABELS.get(str(value), str(value).replace("_", " "))


def gap_label(value: object) -> str:
    """What a state, an act or an answer status is called on the board of gaps."""
    return OF_GAPS.get(str(value)) or label(value)


def shown(name: str, value: object) -> str:
    """A field's value in the history."""
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "priority" and isinstance(value, int):
        return PRIORITIES.get(Priority(value), str(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return label(value)
