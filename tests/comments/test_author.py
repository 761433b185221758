"""Authors correct, withdraw and erase their comments; details stay apart and sealed."""

import sqlite3

import pytest
from sqlalchemy import select

from bot.comments import author, code_word
from bot.comments.author import ERASED, NotPossible, add_details, correct, erase, withdraw
from bot.comments.contacts import (
    BadContact,
    drop_contacts_not_owed,
    parse_contact,
    seal_contact,
)
from bot.comments.outgoing import Letter, advance, claim, enqueue
from bot.comments.sealing import Sealer
from bot.comments.tables import Contact, ContactKind, Outgoing, OutgoingState
from tests.comments.changing import change

SEALER = Sealer(b"a key")


async def contacts(store):
    async with store.session() as session:
        return list((await session.execute(select(Contact))).scalars().all())


def bytes_of(file):
    """All that lies on the disk, the journal included."""
    return b"".join(path.read_bytes() for path in file.parent.glob(file.name + "*"))


# Filing with details


async def test_a_comment_keeps_zip_code_code_word_and_contact(store, new):
    contact = seal_contact("jane.roe@example.org", SEALER)
    kept = await code_word.hashed("blue heron")
    filed = await store.add_comment(new(zip_code="21202", code_word=kept, contact=contact))
    found = await store.comment_by_receipt(filed.receipt)
    assert found.zip_code == "21202"
    assert await code_word.fits("Blue  Heron ", found.code_word)
    assert not await code_word.fits("blue herring", found.code_word)
    (row,) = await contacts(store)
    assert (row.comment_id, row.kind, row.language) == (filed.id, "email", "en")
    assert SEALER.open(row.sealed) == "jane.roe@example.org"


async def test_neither_contact_nor_code_word_lies_readable_on_the_disk(store, file, new):
    for number, typed in enumerate(["jane.roe@example.org", "(410) 396-3100"]):
        await store.add_comment(
            new(
                f"d{number}", contact=seal_contact(typed, SEALER),
                code_word=await code_word.hashed("blue heron"),
            )
        )  # fmt: skip
    content = bytes_of(file)
    assert b"More Wi-Fi, please." in content
    for clear in (b"jane.roe", b"3963100", b"396-3100", b"heron"):
        assert clear not in content


async def test_a_draft_that_comes_twice_keeps_one_contact(store, new):
    contact = seal_contact("jane.roe@example.org", SEALER)
    for _ in range(2):
        await store.add_comment(new("d", contact=contact))
    assert len(await contacts(store)) == 1


@pytest.mark.parametrize(
    ("typed", "kind", "address"),
    [
        (" jane.roe+x@mail.example.org ", "email", "jane.roe+x@mail.example.org"),
        ("josé@correo.example.mx", "email", "josé@correo.example.mx"),
        ("(410) 396-3100", "sms", "+14103963100"),
        ("1 410 396 3100", "sms", "+14103963100"),
        ("410.396.3100", "sms", "+14103963100"),
    ],
)
def test_an_address_or_an_american_number_is_a_contact(typed, kind, address):
    assert parse_contact(typed) == (ContactKind(kind), address)


@pytest.mark.parametrize(
    "typed",
    ["jane", "jane@", "@example.org", "a b@example.org", "jane@example", "396-3100", "+52 55 1234 5678",
     "a@b.org,c@d.org", "x@y.org\nBcc: z@z.org", "jane@-x.org", "911", "a" * 250 + "@x.org"],
)  # fmt: skip
def test_anything_else_is_no_contact(typed):
    with pytest.raises(BadContact):
        parse_contact(typed)


async def test_a_contact_goes_when_the_comment_is_closed_or_the_reply_delivered(store, new):
    filed = [
        await store.add_comment(new(f"d{n}", contact=seal_contact("j@example.org", SEALER)))
        for n in range(4)
    ]
    await change(store, filed[0], state="closed")
    async with store.session() as session:
        for comment in filed[1:3]:
            letter = Letter(
                f"reply {comment.id}",
                ContactKind.EMAIL,
                "sealed",
                "Yes.",
                "en",
                comment_id=comment.id,
            )
            await enqueue(session, letter)
    claimed = await claim(store, ContactKind.EMAIL)
    await advance(store, claimed[0].id, OutgoingState.DELIVERED)
    assert await drop_contacts_not_owed(store) == 2
    left = {row.comment_id for row in await contacts(store)}
    assert left == {filed[3].id, claimed[1].comment_id}
    assert await drop_contacts_not_owed(store) == 0


# Code words


def test_a_code_word_has_six_to_sixty_characters():
    assert code_word.check("  Blue   HERON ") == "blue heron"
    for bad in ("", "heron", "a" * 61, "     a      "):
        with pytest.raises(code_word.BadCodeWord):
            code_word.check(bad)


async def test_what_is_no_hash_fits_nothing():
    assert not await code_word.fits("blue heron", "not a hash")


# Afterwards


async def test_details_can_be_added_after_filing(store, new):
    filed = await store.add_comment(new())
    kept = await code_word.hashed("blue heron")
    await add_details(store, filed.receipt, "21202", kept, seal_contact("j@example.org", SEALER))
    found = await store.comment_by_receipt(filed.receipt)
    assert (found.zip_code, found.code_word) == ("21202", kept)
    assert len(await contacts(store)) == 1
    event = (await store.history(filed.id))[-1]
    assert event.after == {"added": ["zip_code", "code_word", "contact"]}


async def test_a_code_word_is_chosen_once_and_a_contact_may_be_replaced(store, new):
    filed = await store.add_comment(new(code_word="first", contact=seal_contact("a@b.org", SEALER)))
    await add_details(
        store, filed.receipt, code_word="second", contact=seal_contact("c@d.org", SEALER)
    )
    assert (await store.comment_by_receipt(filed.receipt)).code_word == "first"
    (row,) = await contacts(store)
    assert SEALER.open(row.sealed) == "c@d.org"


async def test_a_correction_takes_the_old_texts_place_and_staff_keep_the_old(store, new):
    filed = await store.add_comment(new(text="Too few busses"))
    await change(store, filed, state="in_review")
    await correct(store, filed.receipt, "Too few [email removed] buses", ("email",), "en")
    found = await store.comment_by_receipt(filed.receipt)
    assert (found.text, found.masked) == ("Too few [email removed] buses", ["email"])
    assert found.has_masked
    assert (found.state, found.visibility) == ("received", "pending")
    event = (await store.history(filed.id))[-1]
    assert (event.actor, event.action) == ("resident", "corrected")
    assert event.before["text"] == "Too few busses"


@pytest.mark.parametrize("visibility", ["released", "redacted", "hidden"])
async def test_a_corrected_text_waits_for_staff_whatever_was_public_before(store, new, visibility):
    filed = await store.add_comment(new())
    await change(store, filed, visibility=visibility, public_text="[...]", hidden_reason="why")
    await correct(store, filed.receipt, "New words", (), "en")
    found = await store.comment_by_receipt(filed.receipt)
    assert (found.visibility, found.public_text, found.hidden_reason) == ("pending", None, None)
    assert (await store.history(filed.id))[-1].before["visibility"] == visibility


async def test_the_same_text_again_changes_nothing(store, new):
    filed = await store.add_comment(new(text="same"))
    await change(store, filed, visibility="released")
    await correct(store, filed.receipt, "same", (), "en")
    assert (await store.comment_by_receipt(filed.receipt)).visibility == "released"
    assert len(await store.history(filed.id)) == 1


@pytest.mark.parametrize(
    "gone", [{"state": "answered"}, {"state": "closed"}, {"visibility": "withdrawn"},
             {"visibility": "erased"}],
)  # fmt: skip
async def test_what_has_a_reply_or_is_gone_is_not_corrected(store, new, gone):
    filed = await store.add_comment(new())
    await change(store, filed, **gone)
    with pytest.raises(NotPossible):
        await correct(store, filed.receipt, "New words", (), "en")
    assert (await store.comment_by_receipt(filed.receipt)).text == "More Wi-Fi, please."


async def test_a_withdrawn_comment_is_out_of_sight_and_its_contact_is_gone(store, new):
    filed = await store.add_comment(new(contact=seal_contact("j@example.org", SEALER)))
    async with store.session() as session:
        await enqueue(
            session,
            Letter("k", ContactKind.EMAIL, "sealed", "Yes.", "en", comment_id=filed.id),
        )
    await withdraw(store, filed.receipt)
    found = await store.comment_by_receipt(filed.receipt)
    assert (found.status, found.text) == ("withdrawn", "More Wi-Fi, please.")
    assert await contacts(store) == []
    async with store.session() as session:
        (letter,) = (await session.execute(select(Outgoing))).scalars().all()
    assert (letter.state, letter.sealed) == ("dropped", None)
    with pytest.raises(NotPossible):
        await withdraw(store, filed.receipt)


async def test_an_erased_text_is_gone_from_comment_history_and_conversation(
    store, file, new, conversation, turn
):
    await store.record(conversation(), turn(0, question="What is the zebra plan?"))
    said = {
        "status": "comment",
        "replies": [{"text": "Recorded: Zebra crossings\n\nFile?", "buttons": []}],
    }
    await store.record(conversation(), turn(1, question="Zebra crossings", **said))
    receipt = {"status": "comment", "replies": [{"text": "Thank you.", "receipt": "K7M4-QX9T"}]}
    await store.record(conversation(), turn(2, question="Yes, file it", **receipt))
    filed = await store.add_comment(
        new(text="Zebra crossings", conversation_id="talk-1", zip_code="21202", code_word="hash")
    )
    await change(store, filed, public_text="Zebra [...]", visibility="redacted")
    await correct(store, filed.receipt, "Zebra crossings everywhere", (), "en")
    await erase(store, filed.receipt)

    found = await store.comment_by_receipt(filed.receipt)
    assert (found.status, found.text) == ("erased", ERASED)
    assert (found.zip_code, found.code_word, found.public_text) == (None, None, None)
    with sqlite3.connect(file) as raw:
        held = [
            *raw.execute("SELECT before, after, reason FROM comment_events"),
            *raw.execute("SELECT question, replies FROM turns WHERE status = 'comment'"),
        ]
    assert "Zebra" not in str(held)
    turns = await store.turns("talk-1")
    assert turns[0].question == "What is the zebra plan?"
    assert turns[1].replies[0]["text"] == ERASED
    assert turns[2].replies == receipt["replies"]
    actions = [event.action for event in await store.history(filed.id)]
    assert actions == ["filed", "corrected", "erased"]


async def test_a_withdrawn_comment_can_still_be_erased_and_an_erased_one_no_more(store, new):
    filed = await store.add_comment(new())
    await withdraw(store, filed.receipt)
    await erase(store, filed.receipt)
    with pytest.raises(NotPossible):
        await erase(store, filed.receipt)
    with pytest.raises(NotPossible):
        await add_details(store, filed.receipt, zip_code="21202")


async def test_what_is_held_for_a_legal_matter_can_be_withdrawn_and_not_erased(store, new):
    filed = await store.add_comment(new())
    await change(store, filed, legal_hold=True)
    with pytest.raises(NotPossible):
        await erase(store, filed.receipt)
    await withdraw(store, filed.receipt)
    found = await store.comment_by_receipt(filed.receipt)
    assert (found.visibility, found.text) == ("withdrawn", "More Wi-Fi, please.")


async def test_nobody_changes_a_comment_that_is_not_there(store):
    with pytest.raises(NotPossible):
        await author.withdraw(store, "K7M4-QX9T")
