"""Replies: templates, the receipt page, e-mail by a real mail server, text messages, digests."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr
from sqlalchemy import select, update

from bench.running import free_port
from bot.channels import mail
from bot.comments import replying
from bot.comments import staff as people
from bot.comments.digest import queue_digests
from bot.comments.letter_words import WORDS
from bot.comments.moderation import BadAct
from bot.comments.sealing import Sealer
from bot.comments.tables import CommentEvent, Contact, Outgoing

SEALER = Sealer(b"k")


class Mailbox:
    """A mail server that keeps what it gets, or refuses as the test says."""

    def __init__(self):
        self.mails, self.answer, self.refused = [], None, None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refused:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def with_mail(settings, mailbox):
    return settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{mailbox.port}")})


@pytest.fixture
def leave_contact(store):
    async def leave(comment, address, kind="email", language="en"):
        async with store.session() as session:
            session.add(
                Contact(
                    comment_id=comment.id,
                    kind=kind,
                    sealed=SEALER.seal(address),
                    language=language,
                    created_at=comment.created_at,
                )
            )

    return leave


async def letters(store):
    async with store.session() as session:
        return (await session.scalars(select(Outgoing).order_by(Outgoing.created_at))).all()


async def test_a_reply_is_on_the_receipt_page_and_the_comment_answered(
    reviewer, file_comment, store, client
):
    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Send the reply", reply="We will <b>add</b> Wi-Fi.")
    assert "Answered." in reviewer.words
    assert (await store.comment_by_receipt(filed.receipt)).state == "answered"
    assert await letters(store) == []
    async with client.get(f"/c/{filed.receipt}") as response:
        assert "We will &lt;b&gt;add&lt;/b&gt; Wi-Fi." in await response.text()


async def test_who_asked_for_it_gets_an_e_mail_from_a_real_server(
    reviewer, file_comment, store, leave_contact, mailbox, with_mail
):
    filed = await file_comment()
    await leave_contact(filed, "jose@example.org")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Send the reply", reply="Sí, gracias.\n\nThe office")
    assert "an e-mail to the author waits" in reviewer.words
    assert await mail.send_due(store, SEALER, with_mail) == 1
    to, message = mailbox.mails[0]
    assert to == ["jose@example.org"]
    assert filed.receipt in message["Subject"]
    assert "Sí, gracias.\n\nThe office" in message.get_content().replace("\r\n", "\n")
    assert f"/c/{filed.receipt}" in message.get_content()
    assert message["Auto-Submitted"] == "auto-generated"
    (row,) = await letters(store)
    assert row.state == "delivered" and row.sealed is None
    assert await mail.send_due(store, SEALER, with_mail) == 0


async def test_a_busy_mail_server_is_tried_again_later_and_a_refused_address_is_not(
    reviewer, file_comment, store, leave_contact, mailbox, with_mail
):
    filed = await file_comment()
    await leave_contact(filed, "ana@example.org")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Send the reply", reply="Yes.")
    mailbox.answer = "451 later, please"
    assert await mail.send_due(store, SEALER, with_mail) == 0
    (row,) = await letters(store)
    assert row.state == "queued" and row.not_before > datetime.now(UTC) and "451" in row.error
    async with store.session() as session:
        await session.execute(update(Outgoing).values(not_before=datetime.now(UTC) - timedelta(1)))
    mailbox.answer, mailbox.refused = None, "550 nobody here"
    await mail.send_due(store, SEALER, with_mail)
    (row,) = await letters(store)
    assert row.state == "failed" and row.sealed is None
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    assert "E-mail of" in reviewer.words and "failed" in reviewer.words


async def test_no_mail_server_leaves_it_queued(
    store, settings, file_comment, reviewer, leave_contact
):
    filed = await file_comment()
    await leave_contact(filed, "ana@example.org")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Send the reply", reply="Yes.")
    assert await mail.send_due(store, SEALER, settings) == 0
    assert (await letters(store))[0].state == "queued"


async def test_the_front_sends_by_itself(with_mail, knowledge, aiohttp_client, mailbox):
    from bot.comments.outgoing import Letter, enqueue
    from bot.comments.tables import ContactKind
    from bot.front import make_app
    from bot.web.keys import STORE

    app = make_app(with_mail, knowledge)
    async with app[STORE].session() as session:
        await enqueue(
            session, Letter("k", ContactKind.EMAIL, SEALER.seal("a@b.example"), "Hi", "en", "S")
        )
    await aiohttp_client(app)
    for _ in range(100):
        if mailbox.mails:
            break
        await asyncio.sleep(0.05)
    assert mailbox.mails


@pytest.mark.parametrize(
    ("reply", "said"),
    [("Yes, next year.", "Yes, next year."), ("long " * 100, "text STATUS {receipt}")],
    ids=["short", "too long for two segments"],
)
async def test_a_text_message_holds_the_reply_or_says_where_it_is(
    reviewer, file_comment, store, leave_contact, reply, said
):
    filed = await file_comment()
    await leave_contact(filed, "+14105550123", "sms")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Send the reply", reply=reply)
    (row,) = await letters(store)
    assert row.kind == "sms" and said.format(receipt=filed.receipt) in row.text


async def test_a_template_fills_the_box_and_nothing_is_sent(reviewer, file_comment, store):
    await reviewer.open("/staff/templates")
    await reviewer.press("Add the template", title="Thanks", language="en", state="closed",
                         text="Thank you for {receipt} on {topic}. {{Braces}} stay.")  # fmt: skip
    assert "Saved." in reviewer.words
    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Use it", template="1")
    box = reviewer.page.one("textarea", name="reply")
    assert box.text.strip() == f"Thank you for {filed.receipt} on education. {{Braces}} stay."
    assert (await store.comment_by_receipt(filed.receipt)).public_reply is None
    await reviewer.press("Send the reply")
    assert (await store.comment_by_receipt(filed.receipt)).state == "closed"


@pytest.mark.parametrize(
    "text", ["{name}", "{receipt.__class__}", "{receipt!r}", "{", "{0}", "{}", "{receipt:>9}"]
)
async def test_a_template_with_an_unknown_placeholder_is_refused_with_what_was_typed(
    reviewer, text
):
    with pytest.raises(BadAct):
        replying.check_template(text)
    await reviewer.open("/staff/templates")
    await reviewer.press("Add the template", title="T", text=text)
    assert reviewer.status == 400
    assert reviewer.page.one("textarea", id="text").text.strip() == text


async def test_who_looked_at_a_contact_is_in_both_histories(
    reviewer, file_comment, store, leave_contact
):
    filed = await file_comment()
    await leave_contact(filed, "ana@example.org")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    assert "ana@example.org" not in reviewer.page.html
    await reviewer.press("Show the contact (this is logged)")
    assert "ana@example.org" in reviewer.words
    async with store.session() as session:
        event = (
            await session.scalars(select(CommentEvent).order_by(CommentEvent.id.desc()))
        ).first()
    assert (event.actor, event.action) == ("staff:the-reviewer", "contact_seen")


async def test_a_digest_goes_once_a_day_to_who_wants_it(store, sign_in, file_comment):
    desk = await sign_in("viewer", email="")
    await file_comment()
    await desk.open("/staff/account")
    await desk.press("Save", within="digest", digest="yes", email="x")
    assert "needs an e-mail address" in desk.words
    morning = datetime.now(ZoneInfo("America/New_York")).replace(hour=8)
    assert await queue_digests(store, SEALER, morning, "link") == 0, "off by default"
    await desk.press("Save", within="digest", digest="yes", email="v@city.example")
    assert await queue_digests(store, SEALER, morning.replace(hour=5), "link") == 0
    for _ in range(2):
        await queue_digests(store, SEALER, morning, "link")
    (row,) = await letters(store)
    assert "Waiting for review: 1" in row.text
    assert SEALER.open(row.sealed) == "v@city.example"
    assert (await people.by_name(store, "the-viewer")).digest


def test_letters_have_the_same_words_in_both_languages():
    from string import Formatter

    def names(text):
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name)

    assert WORDS["en"].keys() == WORDS["es"].keys()
    for key in WORDS["en"]:
        assert names(WORDS["en"][key]) == names(WORDS["es"][key]), key
