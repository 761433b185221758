"""What became of a comment, by its receipt code."""

import pytest

from bot.comments import themes
from bot.comments.receipt import ALPHABET, new_receipt
from bot.comments.review_tables import CommentTheme
from bot.comments.store import NewComment
from bot.comments.tables import Comment
from bot.language.gsm7 import size_of, to_gsm7
from bot.language.messages import say as sentence
from tests.actions.talk import Talk


@pytest.fixture
def file(store):
    """Files a comment and returns its receipt; say what staff changed."""

    async def file_one(**changed):
        new = NewComment(
            "d", "web", "en", "education", "Lend laptops.", "late", (), "2018-final", "2026-11"
        )
        comment = await store.add_comment(new)
        async with store.session() as session:
            row = await session.get(Comment, comment.id)
            for name, value in changed.items():
                setattr(row, name, value)
        return comment.receipt

    return file_one


@pytest.mark.parametrize(
    "written",
    [
        str,
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"what about {code.lower()}, please?",
    ],
)
async def test_a_comment_is_found_by_its_code(talk, file, written):
    receipt = await file()
    await talk.say(written(receipt), "comment_status")
    assert receipt in talk.text
    assert "received, not yet reviewed" in talk.text
    assert "education" in talk.text
    assert talk.status == "comment"


async def test_un_comentario_se_encuentra_en_espanol(charla, file):
    receipt = await file(state="in_review")
    await charla.say(f"¿qué pasó con {receipt}?", "comment_status")
    assert charla.text.startswith(
        f"Comentario {receipt}: en revisión por el personal de la ciudad."
    )
    assert "educación" in charla.text


@pytest.mark.parametrize("state", ["received", "in_review", "answered", "closed"])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_state_has_words(on, file, state, language):
    on("2026-11-23")
    receipt = await file(state=state)
    assert sentence(f"state_{state}", language) in await Talk(language).say(
        receipt, "comment_status"
    )


@pytest.mark.parametrize("visibility", ["hidden", "withdrawn", "erased"])
async def test_a_comment_out_of_sight_tells_that(talk, file, visibility):
    receipt = await file(state="answered", visibility=visibility)
    await talk.say(receipt, "comment_status")
    assert sentence(f"visibility_{visibility}", "en") in talk.text
    assert "Lend laptops" not in talk.text


async def test_the_citys_reply_is_told(talk, file):
    receipt = await file(state="answered", public_reply="Thank you, we will.")
    await talk.say(receipt, "comment_status")
    assert "The city's reply: Thank you, we will." in talk.text


async def test_one_wrong_character_is_noticed(talk, file):
    receipt = await file()
    for place in (0, 2, 6, 8):
        other = next(
            c for c in ALPHABET if c != receipt[place] and c.isdigit() == receipt[place].isdigit()
        )
        await talk.say(f"status {receipt[:place]}{other}{receipt[place + 1 :]}", "comment_status")
        assert talk.text == sentence("status_bad_code", "en")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_unknown_code_is_told_so(on, language):
    on("2026-11-23")
    receipt = new_receipt()
    await (talk := Talk(language)).say(receipt, "comment_status")
    assert talk.text == sentence("status_unknown", language, receipt=receipt)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_without_a_code_it_is_asked_for(on, language):
    on("2026-11-23")
    talk = Talk(language)
    await talk.say(
        {"en": "what happened to my comment?", "es": "¿qué pasó con mi comentario?"}[language],
        "comment_status",
    )
    assert talk.text == sentence("status_how", language)


async def test_asking_for_a_comment_changes_nothing(talk, file, stored):
    receipt = await file()
    await talk.say(receipt, "comment_status")
    assert [c.state for c in await stored()] == ["received"]
    assert not talk.is_in_form


@pytest.fixture
def decide(store):
    """The city decides on a theme that the comment with this receipt has."""

    async def decide_one(receipt, title="Wi-Fi in parks", public=True, words="We add ten parks."):
        theme = await themes.add(store, title, f"{title} (es)", "test")
        values = {
            "title_en": title, "title_es": f"{title} (es)", "words_en": words,
            "words_es": f"Diez parques. {words}",
        }  # fmt: skip
        seen = theme.updated_at.isoformat()
        await themes.save(store, theme.key, "test", values, [], "partly", False, seen)
        await themes.publish(store, theme.key, "test", public)
        comment = await store.comment_by_receipt(receipt)
        async with store.session() as session:
            session.add(CommentTheme(comment_id=comment.id, theme_id=theme.id))

    return decide_one


async def test_what_the_city_decided_on_its_theme_is_told(talk, charla, file, decide):
    receipt = await file(state="answered")
    await decide(receipt)
    await decide(receipt, "Buses", public=False)
    await talk.say(receipt, "comment_status")
    assert 'decided on "Wi-Fi in parks": Accepted in part. We add ten parks.' in talk.text
    assert "Buses" not in talk.text
    await charla.say(receipt, "comment_status")
    assert '"Wi-Fi in parks (es)": Aceptado en parte. Diez parques.' in charla.text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_by_text_it_is_told_in_two_segments(on, file, decide, language):
    on("2026-11-23")
    receipt = await file(state="answered")
    await decide(receipt, words="long words " * 100)
    sms = Talk(language, channel="sms")
    await sms.say(f"STATUS {receipt}", "comment_status")
    assert receipt in sms.text and '"Wi-Fi in parks' in sms.text
    assert sms.text.endswith("words ...") or sms.text.endswith("long ...")
    assert size_of(to_gsm7(sms.text)).segments == 2
    await decide(receipt, "Buses")
    await sms.say(f"STATUS {receipt}", "comment_status")
    assert '"Buses' in sms.text and "long words" not in sms.text
