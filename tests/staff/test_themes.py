"""You said, we did: themes, decisions, the public page; and near-copies."""

import pytest

from bot.comments import similar, themes
from bot.language.gsm7 import size_of, to_gsm7

DECIDED = {
    "decision": "partly", "words_en": "We add Wi-Fi in <ten> parks.",
    "words_es": "Pondremos Wi-Fi en diez parques.", "changed_en": "Section 5 names ten parks.",
}  # fmt: skip
CAMPAIGN = "Please put free Wi-Fi into every recreation center of the city before next winter, because our children need it for their homework."


@pytest.fixture
async def theme(reviewer):
    await reviewer.open("/staff/themes")
    await reviewer.press(
        "Add the theme", title_en="Wi-Fi in parks & <pools>", title_es="Wi-Fi en parques"
    )
    return reviewer.address.rpartition("/")[2]


async def put(desk, comment, key):
    await desk.open(f"/staff/comments/{comment.receipt}")
    await desk.press("Save themes", theme=key)


async def test_a_theme_is_not_shown_without_a_decision_and_words(reviewer, theme, client):
    await reviewer.press("Show it to the public")
    assert reviewer.status == 400 and "without the city&#39;s decision" in reviewer.page.html
    async with client.get(f"/themes/{theme}") as response:
        assert response.status == 404
    await reviewer.open(f"/staff/themes/{theme}")
    await reviewer.press("Save", **DECIDED)
    await reviewer.press("Show it to the public")
    async with client.get(f"/themes/{theme}") as response:
        text = await response.text()
        assert response.status == 200
        assert "We add Wi-Fi in &lt;ten&gt; parks." in text and "Accepted in part" in text
        assert "Wi-Fi in parks &amp; &lt;pools&gt;" in text and "<pools>" not in text
    await reviewer.open("/staff/themes")
    assert "Wi-Fi in parks & <pools>" in reviewer.words and "<pools>" not in reviewer.page.html
    await reviewer.open(f"/staff/themes/{theme}")
    async with client.get(f"/themes/{theme}?lang=es") as response:
        assert "Pondremos Wi-Fi en diez parques." in await response.text()
    await reviewer.press("Save", words_es="")
    assert reviewer.status == 400 and "missing in English or in Spanish" in reviewer.words


async def test_counts_reconcile_with_the_store(reviewer, theme, file_comment, store, client):
    for n in range(3):
        comment = await file_comment(f"text {n}")
        if n:
            await put(reviewer, comment, theme)
    await reviewer.open(f"/staff/themes/{theme}")
    await reviewer.press("Save", **DECIDED)
    await reviewer.press("Show it to the public")
    listed = sum(theme in c.themes for c in [one async for one in store.comments()])
    from bot.comments.queue import View, count

    filtered = await count(store, View(visibility=("any",), theme=theme), "UTC")
    assert (await themes.one(store, theme)).comments == listed == filtered == 2
    async with client.get("/themes") as response:
        assert "2 comments" in await response.text()
    await reviewer.open(f"/staff/comments/{comment.receipt}")
    await reviewer.press("Undo the last change")
    assert (await themes.one(store, theme)).comments == 1


async def test_the_receipt_page_names_the_decision(reviewer, theme, file_comment, client):
    comment = await file_comment()
    await put(reviewer, comment, theme)
    await reviewer.open(f"/staff/themes/{theme}")
    await reviewer.press("Save", **DECIDED)
    await reviewer.press("Show it to the public")
    async with client.get(f"/c/{comment.receipt}") as response:
        text = await response.text()
        assert f'href="/themes/{theme}"' in text
        assert "Accepted in part.</strong> We add Wi-Fi in &lt;ten&gt; parks." in text
    async with client.get(f"/c/{comment.receipt}?lang=es") as response:
        assert "Aceptado en parte.</strong> Pondremos Wi-Fi" in await response.text()


async def test_the_text_message_fits_two_segments(reviewer, theme, store):
    await reviewer.press(
        "Save", **(DECIDED | {"words_en": "long words " * 100, "words_es": "ñandú " * 100})
    )
    found = await themes.one(store, theme)
    for language in ("en", "es"):
        text = themes.sms_summary(found, language)
        assert size_of(to_gsm7(text)).segments <= 2 and text.endswith("...")


async def test_two_people_do_not_write_over_each_others_theme(reviewer, admin, theme):
    await admin.open(f"/staff/themes/{theme}")
    await reviewer.press("Save", words_en="one")
    await admin.press("Save", words_en="two")
    assert admin.status == 400 and "Somebody changed this theme" in admin.words
    assert "two" in admin.page.one("textarea", id="words_en").text


async def test_a_theme_is_suggested_by_topic_and_by_near_copies(
    reviewer, theme, file_comment, store
):
    await reviewer.press("Save", topic=["economy"])
    comment = await file_comment(topic="economy")
    await reviewer.open(f"/staff/comments/{comment.receipt}")
    assert "suggested" in reviewer.words
    one = await file_comment(CAMPAIGN, topic="education")
    two = await file_comment(CAMPAIGN + " Thanks!", topic="education")
    await put(reviewer, one, theme)
    await similar.regroup(store)
    await reviewer.open(f"/staff/comments/{two.receipt}")
    assert "suggested" in reviewer.words


async def test_near_copies_are_grouped_counted_and_their_changes_shown(reviewer, file_comment):
    one = await file_comment(CAMPAIGN)
    await file_comment(CAMPAIGN.replace("next winter", "this summer"))
    await file_comment(CAMPAIGN.upper() + " ")
    await file_comment("Libraries should stay open on Sundays for people who work all week long.")
    await reviewer.open("/staff/similar")
    await reviewer.press("Look again now")
    assert "3 comments are near-copies" in reviewer.words
    await reviewer.open(f"/staff/similar/{one.id}")
    assert [i.words for i in reviewer.page.all("ins")][:2] == ["this", "summer,"]
    assert (
        "3 comments are near-copies of one another"
        in (await reviewer.open(f"/staff/comments/{one.receipt}")).one("main").words
    )
    await reviewer.open(f"/staff/comments?visibility=any&similar={one.id}")
    assert len(reviewer.page.all("input", name="seen")) == 3


def test_short_comments_are_near_copies_only_word_for_word():
    found = similar.groups_of(
        [(1, "I like it."), (2, "i like  it"), (3, "I like it not"), (4, "No"), (5, "More buses")]
    )
    assert found == {1: 1, 2: 1}


def test_differences_say_what_was_added_and_removed():
    pieces = similar.differences("More Wi-Fi in parks", "More free Wi-Fi in all parks")
    assert [(p.kind, p.text.strip()) for p in pieces if p.kind != "same"] == [
        ("added", "free"),
        ("added", "all"),
    ]
