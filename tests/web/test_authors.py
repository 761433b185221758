"""What the author of a comment does on its page: read, correct, withdraw, erase it, add details."""

import time

import pytest

from bot.comments.author import ERASED
from bot.comments.code_word import hashed
from bot.comments.receipt import aloud
from bot.comments.tables import Contact
from bot.web.comment_words import TEXTS
from bot.web.keys import ASSISTANT, GUESSES, SEALER, SIGNER, STORE
from bot.web.tickets import AUTHOR_SECONDS, author_key
from tests.comments.changing import change
from tests.web.page import problem

WORD = "blue heron"


@pytest.fixture
async def own(file):
    """A comment with a code word."""
    return await file(text="Lend laptops now.", code_word=await hashed(WORD))


@pytest.fixture
def opened(visitor, own):
    """The comment's page, opened with the code word."""

    async def open_it(language="en"):
        await visitor.open(f"/c/{own.receipt}?lang={language}")
        return await visitor.press(TEXTS[language]["open_it"], word=" Blue  HERON")

    return open_it


def row_of(app, comment):
    return app[STORE].comment_by_receipt(comment.receipt)


async def test_the_code_word_opens_the_text(visitor, opened):
    page = await opened()
    assert visitor.status == 200
    assert page.one("blockquote").text == "Lend laptops now."


async def test_the_key_in_the_address_is_told_to_no_other_site(visitor, opened, client):
    await opened()
    async with client.get(visitor.address) as response:
        assert response.status == 200
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"


async def test_a_wrong_code_word_opens_nothing(visitor, own):
    await visitor.open(f"/c/{own.receipt}")
    page = await visitor.press("Open my comment", word="blue herring")
    assert visitor.status == 403
    assert TEXTS["en"]["code_word_wrong"] in problem(page)
    assert "laptops" not in page.html


async def test_a_comment_without_a_code_word_is_opened_by_none(visitor, file):
    comment = await file()
    page = await visitor.open(f"/c/{comment.receipt}")
    assert "No code word was chosen" in page.words
    with pytest.raises(AssertionError, match="no button"):
        page.form_of("Open my comment")


async def test_five_wrong_code_words_are_slowed_down(visitor, own):
    await visitor.open(f"/c/{own.receipt}")
    for _ in range(5):
        await visitor.press("Open my comment", word="blue herring")
    page = await visitor.press("Open my comment", word=WORD)
    assert visitor.status == 429
    assert problem(page) == TEXTS["en"]["too_many_tries"]


async def test_code_words_of_one_comment_are_limited_wherever_the_tries_come_from(
    visitor, own, app
):
    for number in range(10):
        await app[GUESSES].code_word(f"192.0.2.{number}", own.receipt)
    await visitor.open(f"/c/{own.receipt}")
    await visitor.press("Open my comment", word=WORD)
    assert visitor.status == 429


async def test_a_key_ends_after_half_an_hour_and_says_so(visitor, own, app):
    old = author_key(app[SIGNER], own.receipt, time.time() - AUTHOR_SECONDS - 5)
    page = await visitor.open(f"/c/{own.receipt}?key={old}")
    assert problem(page) == TEXTS["en"]["link_over"]
    assert "laptops" not in page.html


@pytest.mark.parametrize("spoil", [lambda k: k[:-1], lambda k: "x" + k, lambda k: ""])
async def test_a_forged_key_opens_nothing(visitor, own, app, spoil):
    key = spoil(author_key(app[SIGNER], own.receipt))
    page = await visitor.open(f"/c/{own.receipt}?key={key}")
    assert "laptops" not in page.html


async def test_a_key_opens_only_its_own_comment(visitor, own, file, app):
    other = await file(draft="draft-2", text="A secret.")
    key = author_key(app[SIGNER], own.receipt)
    page = await visitor.open(f"/c/{other.receipt}?key={key}")
    assert "A secret." not in page.html
    form = {"step": "erase", "key": key}
    await visitor.open(f"/c/{own.receipt}")
    fields = visitor.page.form_of("Open my comment")[1]
    async with visitor.client.post(f"/c/{other.receipt}", data=fields | form) as response:
        assert response.status == 403
    assert (await row_of(app, other)).text == "A secret."


async def test_a_correction_is_read_back_masked_and_takes_the_old_texts_place(
    visitor, opened, own, app
):
    await opened()
    page = await visitor.press("Read it once more", text="Lend laptops. Call 410-555-0134!")
    assert page.one("blockquote").text == "Lend laptops. Call [phone number removed]!"
    assert "a phone number" in page.one("div", class_="notice").words
    assert (await row_of(app, own)).text == "Lend laptops now."
    page = await visitor.press("Put the new text in place")
    assert TEXTS["en"]["corrected"] in page.words
    assert (await row_of(app, own)).text == "Lend laptops. Call [phone number removed]!"
    assert TEXTS["en"]["history_corrected"] in page.words


async def test_a_read_back_correction_can_be_changed_again(visitor, opened):
    await opened()
    await visitor.press("Read it once more", text="One version")
    page = await visitor.press("Change it")
    assert page.one("textarea", name="text").text.strip() == "One version"
    page = await visitor.press("Read it once more", text="Another version")
    assert page.one("blockquote").text == "Another version"


@pytest.mark.parametrize(
    ("typed", "key"), [("   ", "text_empty"), ("!!!", "text_words"), ("x" * 5001, "text_long")]
)
async def test_a_bad_correction_is_told_so_and_kept(visitor, opened, typed, key):
    await opened()
    page = await visitor.press("Read it once more", text=typed)
    assert visitor.status == 400
    assert TEXTS["en"][key].format(length="5,001") in problem(page)
    assert page.one("textarea", name="text").text.strip() == typed.strip()


async def test_a_comment_with_a_reply_is_not_corrected(visitor, opened, own, app):
    await change(app[STORE], own, state="answered", public_reply="Yes.")
    page = await opened()
    assert TEXTS["en"]["correct_no"] in page.words


async def test_a_reply_that_came_while_correcting_wins_and_is_shown(visitor, opened, own, app):
    await opened()
    await visitor.press("Read it once more", text="New words")
    await change(app[STORE], own, state="answered", public_reply="Yes, we do.")
    page = await visitor.press("Put the new text in place")
    assert visitor.status == 409
    assert problem(page) == TEXTS["en"]["not_possible"]
    assert "Yes, we do." in page.words
    assert (await row_of(app, own)).text == "Lend laptops now."


async def test_a_comment_is_withdrawn_after_asking(visitor, opened, own, app):
    await opened()
    page = await visitor.press("Withdraw or erase")
    assert TEXTS["en"]["withdraw_means"] in page.words
    assert (await row_of(app, own)).visibility == "pending"
    page = await visitor.press("Withdraw it")
    assert "Your comment was withdrawn on" in page.words
    assert (await row_of(app, own)).visibility == "withdrawn"


async def test_a_comment_is_erased_and_its_page_is_the_receipt_of_that(
    visitor, opened, own, app, settings
):
    await opened("es")
    await visitor.press("Retirar o borrar")
    page = await visitor.press("Borrar su texto")
    assert "fue borrado el" in page.words
    row = await row_of(app, own)
    assert (row.text, row.visibility) == (ERASED, "erased")
    page = await visitor.open(f"/c/{own.receipt}?lang=en")
    assert TEXTS["en"]["history_erased"] in page.words
    assert "laptops" not in page.html


async def test_erasing_also_forgets_the_dialogue_of_the_conversation(
    visitor, own, app, monkeypatch
):
    forgotten = []

    async def forget(conversation):
        forgotten.append(conversation)

    monkeypatch.setattr(app[ASSISTANT], "forget", forget)
    await change(app[STORE], own, conversation_id="talk-1")
    await visitor.open(f"/c/{own.receipt}")
    for button, typed in (
        ("Open my comment", {"word": WORD}),
        ("Withdraw or erase", {}),
        ("Erase its text", {}),
    ):
        await visitor.press(button, **typed)
    assert forgotten == ["talk-1"]


async def test_details_are_added_right_after_filing_and_the_contact_is_sealed(visitor, file, app):
    comment = await file()
    await visitor.open(f"/c/{comment.receipt}?key={author_key(app[SIGNER], comment.receipt)}")
    page = await visitor.press(
        "Add", zip_code="21202-1234", contact="jane@example.org", code_word=WORD
    )
    assert TEXTS["en"]["added"] in page.words
    row = await row_of(app, comment)
    assert row.zip_code == "21202"
    async with app[STORE].session() as session:
        contact = await session.get(Contact, 1)
    assert app[SEALER].open(contact.sealed) == "jane@example.org"
    await visitor.open(f"/c/{comment.receipt}")
    await visitor.press("Open my comment", word=WORD)
    assert visitor.status == 200


async def test_bad_details_are_told_so_and_kept(visitor, file, app):
    comment = await file()
    await visitor.open(f"/c/{comment.receipt}?key={author_key(app[SIGNER], comment.receipt)}")
    page = await visitor.press("Add", zip_code="2120", contact="jane@", code_word="short")
    assert visitor.status == 400
    for key in ("zip_code_bad", "contact_bad", "code_word_bad"):
        assert TEXTS["en"][key] in problem(page)
    assert page.one("input", name="contact")["value"] == "jane@"
    page = await visitor.press("Add", zip_code="", contact="", code_word="")
    assert TEXTS["en"]["details_empty"] in problem(page)


async def test_when_the_store_is_gone_a_correction_stays_on_the_page(visitor, opened, lose_store):
    await opened()
    await visitor.press("Read it once more", text="Words that took long.")
    await lose_store()
    page = await visitor.press("Put the new text in place")
    assert visitor.status == 503
    assert "Nothing is lost" in problem(page)
    assert page.one("blockquote").text == "Words that took long."


async def test_when_the_store_is_gone_details_stay_on_the_page(visitor, file, app, lose_store):
    comment = await file()
    await visitor.open(f"/c/{comment.receipt}?key={author_key(app[SIGNER], comment.receipt)}")
    await lose_store()
    page = await visitor.press("Add", zip_code="21202", contact="jane@example.org")
    assert visitor.status == 503
    assert page.one("input", name="contact")["value"] == "jane@example.org"


async def test_a_forged_form_changes_nothing_and_keeps_what_was_typed(visitor, opened, own, app):
    await opened()
    page = await visitor.press("Read it once more", form_token="", text="Words that took long.")
    assert visitor.status == 403
    assert page.one("textarea", name="text").text.strip() == "Words that took long."
    page = await visitor.press("Read it once more")
    assert page.one("blockquote").text == "Words that took long."


async def test_an_unknown_step_is_refused(visitor, own):
    await visitor.open(f"/c/{own.receipt}")
    await visitor.press("Open my comment", step="explode")
    assert visitor.status == 400


async def test_the_code_is_also_given_as_it_is_said_aloud(visitor, file, app):
    comment = await file()
    key = author_key(app[SIGNER], comment.receipt)
    page = await visitor.open(f"/c/{comment.receipt}?key={key}&note=filed")
    assert aloud(comment.receipt) in page.one("div", class_="success receipt-card").words
