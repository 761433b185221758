"""Answering a gap: written by one, approved by another, served, told, taken back."""

import asyncio
import json
import shutil

import pytest
import yaml
from sqlalchemy import select

from bot.comments import gap_answers
from bot.comments.sealing import Sealer
from bot.comments.store import NewContact
from bot.comments.tables import ContactKind, Outgoing
from bot.plan.check import check
from bot.plan.load import PLAN_DIR, READY, BadKnowledge, load
from bot.plan.published import release
from bot.staff import publishing
from bot.train import as_nlu
from bot.web.keys import KNOWLEDGE
from tests.comments.test_gaps import WIFI, ask, encoder, grouped_here  # noqa: F401

ANSWER = {
    "topic": "digital_divide", "standing": "context",
    "title_en": "Free Wi-Fi in city parks", "title_es": "Wi-Fi gratis en los parques",
    "answer_en": "The city has free Wi-Fi in 12 parks. The parks office says where they are.",
    "answer_es": "La ciudad tiene Wi-Fi gratis en 12 parques. La oficina de parques dice dónde están.",
    "sms_en": "The city has free Wi-Fi in 12 parks.",
    "sms_es": "La ciudad tiene Wi-Fi gratis en 12 parques.",
    "numbers": "12", "names": "Wi-Fi", "source": "",
    "asks_en": "is there free wi-fi in parks?\nfree wifi at parks\nwhich parks have wifi",
    "asks_es": "hay wifi gratis en los parques?\ndónde hay wifi en parques\nparques con wifi",
    "source_title": "Wi-Fi in the parks", "source_publisher": "Baltimore City Recreation and Parks",
    "source_url": "https://parks.example.gov/wifi", "source_kind": "city", "source_date": "2026-05",
    "quote": "Free Wi-Fi is available in 12 parks.", "page": "3",
}  # fmt: skip


@pytest.fixture
def prepared(monkeypatch):
    """The folders that were made ready, without building an index each time."""
    folders = []

    async def note(folder):
        folders.append(folder)
        knowledge = load(published=folder)
        state = {"facts": sorted(knowledge.published), "missed": {}}
        folder.mkdir(exist_ok=True)
        (folder / READY).write_text(json.dumps(state))
        return True

    monkeypatch.setattr(publishing, "_prepare", note)
    return folders


@pytest.fixture
async def gap(reviewer, ask, store, prepared):  # noqa: F811
    """A reviewer at the group of three people who asked for Wi-Fi."""
    from bot.comments import gaps

    for n, question in enumerate(WIFI):
        await ask(question, who=f"talk-{n}", language="es" if n == 2 else "en")
    await gaps.regroup(store)
    await reviewer.open("/staff/gaps")
    await reviewer.open(reviewer.page.one("ol").all("a")[0]["href"])
    return reviewer


def wrong(desk, field):
    found = desk.page.all("span", id=f"{field}-wrong")
    return found[0].words if found else ""


async def until(desk, words):
    address = desk.address
    for _ in range(100):
        await desk.open(address)
        if words in desk.words:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(desk.words)


async def published(gap, admin):
    """Has the answer sent by its writer and published by an admin."""
    await gap.press("Check and send for approval", **ANSWER)
    assert "Sent." in gap.words, [one.words for one in gap.page.all("span")]
    await admin.open(gap.address)
    await admin.press("Publish")
    assert "Published." in admin.words
    await until(admin, "Questions find it.")


async def test_what_was_asked_is_offered_as_ways_to_ask(gap):
    assert WIFI[0] in gap.page.one("textarea", id="asks_en").text
    assert WIFI[2] in gap.page.one("textarea", id="asks_es").text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("answer_en", "The city has free Wi-Fi in 13 parks.", "13 stands in answer.en but not"),
        ("answer_es", "The city has free Wi-Fi in the 12 parks.", "looks English"),
        ("answer_es", "La ciudad tiene Wi-Fi gratis en los parques.", "other numbers in English"),
        ("sms_es", "Hay Wi-Fi. " * 40, "segments with its source line"),
        ("answer_en", "Notwithstanding institutional considerations, telecommunications "
         "infrastructure availability characterizes approximately 12 municipal recreational "
         "environments throughout metropolitan jurisdictions.", "reads at grade"),
        ("title_en", "x" * 60, "longer than 52"),
        ("asks_en", "one way", "at least 3 ways"),
        ("source_url", "parks.example.gov", "begins with https://"),
        ("quote", "", "Fill this in"),
        ("dates", "last May", "Write each date as"),
        ("page", "iii", "is a number"),
        ("topic", "nonsense", "Choose one"),
    ],
)  # fmt: skip
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_sent(gap, field, typed, says):
    await gap.press("Check and send for approval", **(ANSWER | {field: typed}))
    assert gap.status == 400 and "to mend before it can be sent" in gap.words
    assert says in wrong(gap, field), {f: wrong(gap, f) for f in ANSWER}
    if field not in {"topic"}:
        assert typed.strip()[:10] in gap.page.html
    assert "sent for approval" not in gap.words


async def test_an_unfinished_answer_is_kept_and_says_what_is_missing(gap):
    await gap.press("Save", title_en="Free Wi-Fi")
    assert "to mend before it can be sent" in gap.words
    assert gap.page.one("input", id="title_en")["value"] == "Free Wi-Fi"
    assert wrong(gap, "answer_es") == "Fill this in."
    assert "being written" in gap.words


async def test_nobody_approves_their_own_answer_and_reviewers_approve_none(gap, admin):
    address = gap.address
    await admin.open(address)
    await admin.press("Check and send for approval", **ANSWER)
    assert "Sent." in admin.words
    assert "Somebody else has to approve it" in admin.words
    seen = admin.page.all("input", name="seen")[0]["value"]
    await admin.post(f"{address}/decide", do="publish", seen=seen)
    assert admin.status == 400 and "You wrote this answer" in admin.words
    await gap.open(address)
    await gap.post(f"{address}/decide", do="publish", seen=seen)
    assert gap.status == 403


async def test_an_approved_answer_has_its_page_and_its_file_at_once(gap, admin, client, settings):
    await published(gap, admin)
    fact = f"gap-{gap.address.rpartition('/')[2]}"
    async with client.get(f"/f/{fact}") as response:
        text = await response.text()
        assert response.status == 200
        assert "free Wi-Fi in 12 parks" in text and "https://parks.example.gov/wifi" in text
    file = yaml.safe_load((settings.published / f"{fact}.yml").read_text())
    assert file["training"] == "held"
    assert (file["written_by"], file["approved_by"]) == ("staff:the-reviewer", "staff:the-admin")
    assert file["gold"] == [
        {"lang": "en", "text": "is there free wi-fi in parks?"},
        {"lang": "es", "text": "hay wifi gratis en los parques?"},
    ]
    await admin.open(f"/staff/gaps/{fact.removeprefix('gap-')}/file")
    assert yaml.safe_load(admin.body) == file
    knowledge = load(published=settings.published)
    assert check(knowledge) == [] and fact in knowledge.facts
    assert fact not in load().facts, "training reads this one"


async def test_a_published_answer_can_be_taken_back_with_a_reason(gap, admin, client, settings):
    await published(gap, admin)
    number = gap.address.rpartition("/")[2]
    await admin.open(f"/staff/gaps/{number}")
    await admin.press("Take it back")
    assert admin.status == 400 and "Say why" in admin.words
    await admin.press("Take it back", reason="The parks office closed three of them.")
    assert "Taken back." in admin.words
    for _ in range(100):
        async with client.get(f"/f/gap-{number}") as response:
            if response.status == 404:
                break
        await asyncio.sleep(0.05)
    assert response.status == 404
    assert not list(settings.published.glob("*.yml"))
    await admin.open(f"/staff/gaps/{number}")
    acts = [one.words for one in admin.page.one("ol").all("strong")]
    assert acts == ["taken back", "published", "sent for approval"]
    await gap.open(f"/staff/gaps/{number}")
    await gap.press("Check and send for approval", numbers="9", **{
        name: value.replace("12", "9") for name, value in ANSWER.items() if name != "numbers"
    })  # fmt: skip
    await admin.open(f"/staff/gaps/{number}")
    await admin.press("Publish")
    assert "Published." in admin.words


async def test_it_can_be_sent_back_to_its_writer(gap, admin):
    await gap.press("Check and send for approval", **ANSWER)
    await admin.open(gap.address)
    await admin.press("Send it back", reason="Say which parks.")
    assert "Say which parks." in admin.words and "being written" in admin.words
    await gap.open(gap.address)
    await gap.press("Save", answer_en="The city has free Wi-Fi in 12 of its parks.")
    assert "being written" in gap.words


async def test_those_who_asked_and_left_a_way_to_be_told_are_told_once(
    gap, admin, store, settings, file_comment
):
    sealer = Sealer(settings.key)
    mail = NewContact(ContactKind.EMAIL, sealer.seal("ana@example.org"))
    phone = NewContact(ContactKind.SMS, sealer.seal("+14105550100"))
    told = await file_comment(conversation_id="talk-0", contact=mail)
    await file_comment(conversation_id="talk-2", contact=phone, language="es")
    await file_comment(conversation_id="talk-1")
    await file_comment(conversation_id="somebody-else", contact=mail)
    await published(gap, admin)
    number = gap.address.rpartition("/")[2]
    async with store.session() as session:
        rows = (await session.scalars(select(Outgoing).order_by(Outgoing.comment_id))).all()
    assert [(r.kind, r.key) for r in rows] == [
        ("email", f"gap-{number}-{told.id}"),
        ("sms", f"gap-{number}-{told.id + 1}"),
    ]
    assert ANSWER["answer_en"] in rows[0].text and told.receipt in rows[0].text
    assert ANSWER["sms_es"] in rows[1].text and "Ya hay respuesta" in rows[1].text


async def test_the_receipt_page_says_that_there_is_an_answer_now(gap, admin, client, file_comment):
    asker = await file_comment(conversation_id="talk-1")
    other = await file_comment(conversation_id="somebody-else")

    async def page(comment, language="en"):
        async with client.get(f"/c/{comment.receipt}?lang={language}") as response:
            assert response.status == 200
            return await response.text()

    assert "there is an answer now" not in await page(asker)
    await published(gap, admin)
    number = gap.address.rpartition("/")[2]
    told = await page(asker)
    assert "You asked; there is an answer now" in told
    assert f'<a href="/f/gap-{number}">{ANSWER["title_en"]}</a>' in told
    assert ANSWER["title_es"] in await page(asker, "es")
    assert "there is an answer now" not in await page(other)
    await admin.press("Take it back", reason="It is wrong.")
    assert "there is an answer now" not in await page(asker)


async def test_what_changed_since_it_was_read_is_not_published(gap, admin):
    await gap.press("Check and send for approval", **ANSWER)
    await admin.open(gap.address)
    await gap.press("Check and send for approval", **(ANSWER | {"title_en": "Wi-Fi in parks"}))
    await admin.press("Publish")
    assert admin.status == 400 and "Somebody changed this" in admin.words


async def test_another_machine_brings_itself_to_what_is_published(
    gap, admin, settings, store, prepared
):
    await published(gap, admin)
    files = gap_answers.published
    assert list(await files(store)) == [file.stem for file in settings.published.glob("*.yml")]
    for file in settings.published.glob("*.yml"):
        file.write_text("lost")
    front = gap.client.app
    await publishing.serve_published(front)
    assert [
        yaml.safe_load(f.read_text())["training"] for f in settings.published.glob("*.yml")
    ] == ["held"]
    before = len(prepared)
    await publishing.serve_published(front)
    assert len(prepared) == before, "nothing changed, so nothing is made anew"


async def test_a_released_answer_is_read_by_training_and_not_taken_back_at_the_desk(
    gap, admin, settings, tmp_path
):
    await published(gap, admin)
    fact = f"gap-{gap.address.rpartition('/')[2]}"
    folder = tmp_path / "plan"
    shutil.copytree(PLAN_DIR, folder)
    release(fact, settings.published, folder)
    knowledge = load(folder)
    assert knowledge.published[fact].training == "released" and check(knowledge) == []
    assert ANSWER["asks_en"].splitlines()[2] in as_nlu(knowledge)
    both = load(folder, settings.published)
    assert both.published[fact].training == "released" and not both.holds_more
    admin.client.app[KNOWLEDGE].take(both)
    await admin.press("Take it back", reason="It is wrong.")
    assert admin.status == 400 and "Its training lines are released" in admin.words


async def test_a_damaged_file_in_the_data_folder_is_named_with_its_line(gap, admin, settings):
    await published(gap, admin)
    file = next(settings.published.glob("*.yml"))
    file.write_text(file.read_text().replace("training: held", "training: perhaps"))
    with pytest.raises(BadKnowledge, match=f"{file.name}:[0-9]+: 'training' is not right"):
        load(published=settings.published)
