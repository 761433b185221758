"""What the city decided, by text: the list, one theme, and texts that only begin with the word."""

import pytest

from bot.comments import themes
from bot.comments.switches import turn_off
from bot.language.gsm7 import size_of
from bot.web.keys import TURNS
from tests.channels.fake_assistant import reply
from tests.sms.phone import Phone


@pytest.fixture
def decide(client, store_of):
    """Defines a theme and shows it to the public."""

    async def decide_one(title, spanish, words="We add ten parks.", public=True):
        store = store_of(client)
        theme = await themes.add(store, title, spanish, "test")
        values = {"title_en": title, "title_es": spanish, "words_en": words, "words_es": words}
        seen = theme.updated_at.isoformat()
        await themes.save(store, theme.key, "test", values, [], "accepted", False, seen)
        if public:
            await themes.publish(store, theme.key, "test", True)
        return theme.key

    return decide_one


@pytest.fixture
async def known(phone):
    """A phone that has had its notice."""
    await phone.text("hello")
    return phone


async def test_without_a_decision_the_list_says_so(known, decide):
    await decide("Buses", "Autobuses", public=False)
    assert (
        await known.text("THEMES") == "The city has not decided on any theme of the comments yet."
    )


async def test_the_list_names_each_theme_with_its_number_and_decision(known, decide, fake):
    await decide("Wi-Fi in parks", "Wi-Fi en parques")
    await decide("Buses", "Autobuses")
    heard = len(fake.heard)
    assert "1 Wi-Fi in parks: Accepted\n2 Buses: Accepted" in await known.text("Themes?")
    assert "1 Wi-Fi en parques: Aceptado\n2 Autobuses: Aceptado" in await known.text("temas")
    assert len(fake.heard) == heard, "no assistant is needed for it"


@pytest.mark.parametrize("asked", ["THEME 2", "theme: 2", "Theme buses", "tema autobuses"])
async def test_one_theme_is_told_by_number_or_by_words(known, decide, asked):
    await decide("Wi-Fi in parks", "Wi-Fi en parques")
    await decide("Buses", "Autobuses", words="More of them.")
    text = await known.text(asked)
    assert text.endswith("More of them.")
    assert ("Usted dijo (0 comentarios): Autobuses." in text) == asked.startswith("tema")


async def test_a_new_theme_changes_no_number_of_those_before_it(known, decide):
    await decide("Wi-Fi in parks", "Wi-Fi en parques")
    await decide("Buses", "Autobuses")
    await decide("A new one", "Algo nuevo")
    assert [await known.text(f"THEME {n}") for n in (1, 2, 3)] == [
        f"You said (0 comments): {title}. City: Accepted. We add ten parks."
        for title in ("Wi-Fi in parks", "Buses", "A new one")
    ]


async def test_long_words_and_long_lists_keep_to_two_segments(known, decide):
    for n in range(12):
        await decide(
            f"{n} A rather long title of a theme on parks", f"{n} Un título", "word " * 300
        )
    pages = [await known.text("THEMES")]
    while pages[-1].endswith("MORE = the rest"):
        pages.append(await known.text("MORE"))
    pages.append(await known.text("THEME 12"))
    assert len(pages) > 3 and pages[-1].endswith("...")
    assert all(size_of(page).segments <= 2 for page in pages)
    assert all(f"{n} A rather long" in " ".join(pages) for n in range(12))


@pytest.mark.parametrize(
    "text", ["Theme parks need Wi-Fi", "theme 7", "theme 0", "theme wi-fi buses", "thematic maps"]
)
async def test_a_text_that_only_begins_with_the_word_is_taken_as_any_text(
    known, decide, fake, text
):
    await decide("Wi-Fi in parks", "Wi-Fi en parques")
    await decide("Buses", "Autobuses")
    await known.text(text)
    assert fake.heard[-1]["text"] == text


async def test_in_a_comment_only_the_word_alone_is_a_question(
    known, decide, fake, client, store_of
):
    await decide("Buses", "Autobuses")
    fake.replies = [reply() | {"expects": "comment"}]
    await known.text("COMMENT")
    await known.text("theme buses")
    assert fake.heard[-1]["text"] == "theme buses"
    heard = len(fake.heard)
    assert "1 Buses" in await known.text("THEMES")
    assert len(fake.heard) == heard


async def test_the_first_text_of_a_number_gets_the_notice_too(client, decide):
    await decide("Buses", "Autobuses")
    text = await Phone(client, "+14105550777").text("THEME buses")
    assert "STOP to end" in text and "Buses" in text


async def test_while_texts_are_switched_off_the_notice_is_told(known, decide, client, store_of):
    await decide("Buses", "Autobuses")
    await turn_off(store_of(client), "sms", "test", "a test", "", "")
    client.server.app[TURNS].switchboard.forget()
    assert "switched off" in await known.text("THEME buses")
