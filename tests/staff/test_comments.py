"""The queue and one comment at the desk, without JavaScript."""

from datetime import UTC, datetime

import pytest

from bot.comments.tables import Conversation, Turn


async def now(store, comment):
    return await store.comment_by_receipt(comment.receipt)


async def test_what_waits_is_shown_and_the_rest_by_filter(reviewer, file_comment, store):
    await file_comment("Waiting words", topic="economy")
    shown = await file_comment("Released words")
    await reviewer.open(f"/staff/comments/{shown.receipt}")
    await reviewer.press("Release to the public")
    assert "Released." in reviewer.words
    await reviewer.open("/staff/comments")
    assert "Waiting words" in reviewer.words and "Released words" not in reviewer.words
    await reviewer.press("Show", visibility="released")
    assert "Released words" in reviewer.words and "Waiting words" not in reviewer.words
    await reviewer.open("/staff/comments?visibility=any&topic=economy")
    assert "Waiting words" in reviewer.words and "Released words" not in reviewer.words


async def test_a_receipt_in_the_search_leads_to_its_comment(reviewer, file_comment):
    filed = await file_comment("Hello")
    await reviewer.open("/staff/comments")
    await reviewer.press("Show", search=filed.receipt.lower().replace("-", " "))
    assert reviewer.address == f"/staff/comments/{filed.receipt}"


async def test_html_in_a_comment_stays_text(reviewer, file_comment):
    filed = await file_comment('<script>alert(1)</script> <b onmouseover="x">bold</b>')
    for address in ("/staff/comments", f"/staff/comments/{filed.receipt}"):
        page = await reviewer.open(address)
        assert "<script>alert(1)</script>" in reviewer.words
        assert not page.one("main").all("script") and not page.one("main").all("b")


async def test_the_count_is_on_a_page_of_its_own(reviewer, file_comment):
    await file_comment("one")
    await reviewer.open("/staff/comments")
    await reviewer.open("/staff/comments/count?visibility=any")
    assert "1 comment" in reviewer.words


async def test_many_are_released_at_once_and_that_is_undone(reviewer, file_comment, store):
    filed = [await file_comment(f"text {n}") for n in range(3)]
    page = await reviewer.open("/staff/comments")
    ticks = [box["value"] for box in page.all("input", name="seen")]
    await reviewer.press("Release", seen=ticks[:2])
    assert "2 changed." in reviewer.words
    assert [(await now(store, c)).visibility for c in filed] == ["released", "released", "pending"]
    await reviewer.press("Undo")
    assert "2 undone." in reviewer.words
    assert {(await now(store, c)).visibility for c in filed} == {"pending"}


async def test_what_changed_in_the_meantime_is_left_out_of_many(
    reviewer, admin, file_comment, store
):
    one, two = await file_comment("one"), await file_comment("two")
    page = await reviewer.open("/staff/comments")
    ticks = [box["value"] for box in page.all("input", name="seen")]
    await admin.open(f"/staff/comments/{one.receipt}")
    await admin.press("Assign to me")
    await reviewer.press("Hide", seen=ticks, reason="hate")
    assert (
        f"1 changed. Changed by somebody else in the meantime, so left alone: {one.receipt}"
        in reviewer.words
    )
    assert (await now(store, one)).visibility == "pending"
    assert (await now(store, two)).hidden_reason == "hate"


async def test_a_view_is_kept_shared_and_deleted(reviewer, sign_in):
    await reviewer.open("/staff/comments?topic=economy&sort=oldest")
    await reviewer.press("Keep", title="Economy <old>", shared="yes")
    other = await sign_in("viewer")
    page = await other.open("/staff/comments")
    link = next(a for a in page.all("a") if a.words == "Economy <old>")
    assert link["href"] == "/staff/comments?topic=economy&sort=oldest"
    await reviewer.open("/staff/comments")
    await reviewer.press("Delete")
    assert "The view is deleted" in reviewer.words


async def test_a_comment_is_beside_the_answer_that_led_to_it(reviewer, store, file_comment):
    moment = datetime(2018, 3, 1, tzinfo=UTC)
    async with store.session() as session:
        session.add(
            Conversation(
                id="talk", channel="web", language="en", created_at=moment, updated_at=moment
            )
        )
        await session.flush()
        session.add(Turn(
            id="t1", conversation_id="talk", created_at=moment, channel="web", language="en",
            question="what are the pillars?", intent="ask_pillars", confidence=0.93,
            status="answered", facts=["five-pillars"], near=[], masked=[], took_ms=5,
            replies=[{"text": "There are five.", "sources": [], "buttons": []}],
        ))  # fmt: skip
    filed = await file_comment(
        "A sixth, please", conversation_id="talk", turn_id="t1", masked=("email",)
    )
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    for words in ("what are the pillars?", "There are five.", "ask_pillars, 93 % sure",
                  "The answer seen before commenting", "Taken out before it was stored: email"):  # fmt: skip
        assert words in reviewer.words
    assert reviewer.page.one("main").all("a", href="/f/five-pillars")


async def test_a_reviewer_redacts_and_only_admins_see_the_original(
    reviewer, admin, file_comment, store
):
    filed = await file_comment("Call Bob Ottokar at the park")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press(
        "Redact", public_text="Call [name] at the park", reason="personal_data", word="A name went."
    )
    assert "Call [name] at the park" in reviewer.words
    assert "Ottokar" not in reviewer.page.html
    await admin.open(f"/staff/comments/{filed.receipt}")
    assert "Call Bob Ottokar at the park" in admin.words
    await reviewer.press("Undo the last change")
    assert (await now(store, filed)).visibility == "pending"


async def test_hiding_needs_a_reason_of_the_list_and_loses_no_word(reviewer, file_comment, store):
    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Hide", word="I wrote a long word here", reason="because")
    assert reviewer.status == 400
    assert "Choose a reason from the list" in reviewer.words
    assert "I wrote a long word here" in reviewer.words
    assert (await now(store, filed)).visibility == "pending"


async def test_two_reviewers_at_once_see_each_others_change(reviewer, admin, file_comment):
    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await admin.open(f"/staff/comments/{filed.receipt}")
    await admin.press("Release to the public")
    await reviewer.press("Redact", public_text="My careful wording", reason="hate")
    assert reviewer.status == 409
    assert "Somebody changed this comment" in reviewer.words
    assert "the-admin" in reviewer.words and "visibility is now released" in reviewer.words
    assert "My careful wording" in reviewer.words
    await reviewer.press("Redact")
    assert reviewer.status == 200
    assert "My careful wording" in reviewer.words


async def test_assigning_priority_state_and_notes(reviewer, file_comment, store):
    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Assign to me")
    await reviewer.press("Save priority", priority="0")
    await reviewer.press("Save state", state="closed")
    await reviewer.press("Add note", note="Asked <the> office.")
    comment = await now(store, filed)
    assert (comment.assignee, comment.priority, comment.state) == ("the-reviewer", 0, "closed")
    assert "Asked <the> office." in reviewer.words
    for act, bad in (
        ("assign", {"assignee": "ghost"}),
        ("priority", {"priority": "9"}),
        ("state", {"state": "gone"}),
    ):
        seen = reviewer.page.all("input", name="seen")[0]["value"]
        await reviewer.post(f"/staff/comments/{filed.receipt}/{act}", seen=seen, **bad)
        assert reviewer.status == 400


async def test_the_history_shows_before_and_after(reviewer, file_comment):
    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Assign to me")
    rows = [row.words for row in reviewer.page.one("main").all("tr")]
    assert "assigned tonothingthe-reviewer" in rows
    assert "statereceivedin review" in rows


async def test_a_legal_hold_is_the_admins_with_a_reason(admin, reviewer, file_comment, store):
    filed = await file_comment()
    await admin.open(f"/staff/comments/{filed.receipt}")
    await admin.press("Hold", hold_reason="Case 12")
    assert (await now(store, filed)).legal_hold
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    assert "legal hold" in reviewer.words
    assert not [b for b in reviewer.page.all("button") if b.words == "Lift the hold"]


async def test_the_next_comment_is_the_next_of_the_same_view(reviewer, file_comment):
    for n in range(3):
        await file_comment(f"text {n}", topic="economy" if n != 1 else "education")
    page = await reviewer.open("/staff/comments?topic=economy")
    await reviewer.open(page.one("ol", class_="queue").all("a")[0]["href"])
    following = reviewer.page.one("a", rel="next")["href"]
    await reviewer.open(following)
    assert "text 2" in reviewer.words
    assert not reviewer.page.all("a", rel="next")


@pytest.mark.parametrize("receipt", ["K7M4-QX9A", "AAAA-AAAA", "%00", "x" * 300])
async def test_an_unknown_or_odd_receipt_is_told_plainly(reviewer, receipt):
    await reviewer.open(f"/staff/comments/{receipt}")
    assert reviewer.status == 404


async def test_when_the_database_is_gone_what_was_typed_is_shown(
    reviewer, file_comment, app, settings, tmp_path
):
    from bot.web.keys import STORE

    filed = await file_comment()
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await app[STORE].close()
    settings.data_dir.rename(tmp_path / "gone")
    await reviewer.press("Add note", note="A long note that took me an hour.")
    assert reviewer.status == 503
    assert "Nothing was changed" in reviewer.words
    assert "A long note that took me an hour." in reviewer.words
