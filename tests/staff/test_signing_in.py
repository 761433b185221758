"""Signing in: passwords, one-time codes, links, attempts, and sessions that end."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from bot.comments import staff as people
from bot.comments.sealing import Sealer
from bot.comments.staff_tables import Role, StaffEvent, StaffSession
from bot.staff import codes
from bot.staff.asked import COOKIE
from tests.staff.conftest import PASSWORD


@pytest.fixture
async def ana(store):
    """A reviewer with a password."""
    person = await people.add(store, "ana", Role.REVIEWER, None, "test")
    await people.set_password(store, person.id, PASSWORD, "test")
    return person


async def enter(desk, password=PASSWORD, code="", name="ana"):
    await desk.open("/staff/sign-in")
    return await desk.press("Sign in", name=name, password=password, code=code)


async def test_the_right_password_opens_the_desk(stranger, ana):
    await enter(stranger)
    assert stranger.status == 200
    assert "ana (reviewer)" in stranger.page.one("header").words


async def test_a_wrong_password_and_an_unknown_name_sound_the_same(stranger, ana):
    await enter(stranger, "not this one at all")
    wrong = stranger.words
    await enter(stranger, name="nobody")
    assert stranger.status == 401
    assert stranger.words == wrong


async def test_the_session_is_a_cookie_no_script_can_read_and_the_store_keeps_its_hash(
    client, stranger, ana, store
):
    await enter(stranger)
    token = stranger.cookies[COOKIE]
    async with store.session() as session:
        hashes = (await session.execute(select(StaffSession.hash))).scalars().all()
    assert people.hashed(token) in hashes
    assert token not in hashes
    await stranger.press("Sign out")
    async with client.get("/staff/sign-in") as response:
        cookie = response.cookies["staff_form"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/staff"


async def test_after_five_failures_even_the_right_password_waits(stranger, ana):
    for _ in range(people.ATTEMPTS):
        await enter(stranger, "wrong wrong wrong")
    await enter(stranger)
    assert stranger.status == 429
    assert "Wait 15 minutes" in stranger.words


async def test_failures_are_forgotten_after_a_while(stranger, ana, monkeypatch):
    for _ in range(people.ATTEMPTS):
        await enter(stranger, "wrong wrong wrong")
    monkeypatch.setattr(people, "ATTEMPT_SPAN", timedelta(0))
    await enter(stranger)
    assert stranger.status == 200


async def test_a_session_ends_when_idle_and_after_half_a_day(stranger, ana, store):
    for column, age in (("seen_at", people.IDLE), ("created_at", people.ABSOLUTE)):
        stranger.cookies.clear()
        await enter(stranger)
        async with store.session() as session:
            await session.execute(
                update(StaffSession).values({column: datetime.now(UTC) - age - timedelta(1)})
            )
        await stranger.open("/staff/account")
        assert stranger.address.startswith("/staff/sign-in?next=/staff/account")


async def test_signing_out_ends_the_session_for_a_stolen_cookie_too(stranger, ana):
    await enter(stranger)
    stolen = stranger.cookies[COOKIE]
    await stranger.press("Sign out")
    stranger.cookies[COOKIE] = stolen
    await stranger.open("/staff/account")
    assert stranger.address.startswith("/staff/sign-in")


async def test_the_page_that_was_asked_for_follows_but_never_another_site(stranger, ana):
    await stranger.open("/staff/account")
    await stranger.press("Sign in", name="ana", password=PASSWORD)
    assert stranger.address == "/staff/account"
    for bad in ("https://evil.example/", "//evil.example", "/staff/\\evil", "/staff//evil"):
        stranger.cookies.clear()
        await stranger.open("/staff/sign-in")
        await stranger.press("Sign in", name="ana", password=PASSWORD, next=bad)
        assert stranger.address == "/staff/comments"


async def test_a_one_time_link_sets_the_password_once(stranger, store):
    person = await people.add(store, "bo", Role.VIEWER, None, "test")
    link = await people.new_link(store, person.id, "test")
    await stranger.open(f"/staff/link/{link}")
    await stranger.press("Set the password", password=PASSWORD, repeated=PASSWORD + "!")
    assert "differ" in stranger.words
    await stranger.press("Set the password", password="short", repeated="short")
    assert "12 to 200" in stranger.words
    await stranger.press("Set the password", password=PASSWORD, repeated=PASSWORD)
    assert "password is set" in stranger.page.one("div", class_="success").words
    await stranger.press("Sign in", password=PASSWORD)
    assert "bo (viewer)" in stranger.page.one("header").words
    await stranger.open(f"/staff/link/{link}")
    assert stranger.status == 404


async def test_codes_are_set_up_and_asked_for_and_each_works_once(stranger, ana, store):
    await enter(stranger)
    await stranger.open("/staff/account/codes")
    secret = stranger.page.one("code").words
    assert stranger.page.all("svg")
    await stranger.press("Switch codes on", code="000000")
    assert "does not fit" in stranger.words
    code = pyotp.TOTP(secret).now()
    await stranger.press("Switch codes on", code=code)
    assert "codes are on" in stranger.words
    await stranger.press("Sign out")
    await enter(stranger)
    assert stranger.status == 401
    await enter(stranger, code=code)
    assert stranger.status == 401, "a code that was used already"
    later = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=codes.STEP))
    await enter(stranger, code=f"{later[:3]} {later[3:]}")
    assert stranger.status == 200


async def test_a_code_drifts_by_one_step_and_no_more():
    secret, now = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 1_700_000_000
    totp = pyotp.TOTP(secret)
    assert codes.step_of(secret, totp.at(now - 30), now) == now // 30 - 1
    assert codes.step_of(secret, totp.at(now - 90), now) is None
    assert codes.step_of(secret, "²²²²²²", now) is None


async def test_codes_that_everybody_needs_are_set_up_before_anything_else(admin, stranger, ana):
    await admin.open("/staff/people")
    await admin.press("Save", within="/people/codes", required="yes")
    await enter(stranger)
    assert stranger.address == "/staff/account/codes"
    await stranger.open("/staff/account")
    assert stranger.address == "/staff/account/codes"


async def test_a_secret_is_sealed_in_the_store(store, ana):
    sealer = Sealer(b"k")
    secret = codes.new_secret()
    await codes.set_up(store, sealer, ana.id, secret, pyotp.TOTP(secret).now())
    kept = (await people.by_name(store, "ana")).code_secret
    assert secret not in kept
    assert sealer.open(kept) == secret


async def test_a_new_password_ends_the_other_sessions(stranger, client, ana, store):
    other = type(stranger)(client)
    await enter(stranger)
    await enter(other)
    await stranger.open("/staff/account")
    await stranger.press(
        "Change the password",
        old=PASSWORD,
        password="another good one",
        repeated="another good one",
    )
    assert stranger.address == "/staff/account" and stranger.status == 200
    await other.open("/staff/account")
    assert other.address.startswith("/staff/sign-in")


async def test_somebody_switched_off_is_out_at_once(admin, stranger, ana):
    await enter(stranger)
    await admin.open("/staff/people")
    await admin.press("Switch off", within=f"/people/{ana.id}")
    await stranger.open("/staff/account")
    assert stranger.address.startswith("/staff/sign-in")
    await enter(stranger)
    assert stranger.status == 401


async def test_the_last_admin_stays_admin(admin):
    await admin.open("/staff/people")
    await admin.press("Save role", role="viewer")
    assert "last admin" in admin.words


async def test_an_added_person_gets_a_link_that_is_shown_once(admin, stranger):
    await admin.open("/staff/people")
    await admin.press("Add and make a link", name="Cy", role="viewer")
    link = admin.page.one("code").words
    await stranger.open("/staff/" + link.split("/staff/")[1])
    assert "cy" in stranger.words
    await admin.open("/staff/people")
    assert not admin.page.all("code")
    await admin.press("Add and make a link", name="cy", role="viewer")
    assert "already" in admin.words


async def test_everything_done_to_people_is_in_the_desks_history(admin, store):
    await admin.open("/staff/people")
    await admin.press("Add and make a link", name="cy", role="viewer")
    async with store.session() as session:
        events = (await session.execute(select(StaffEvent))).scalars().all()
    assert ("staff:the-admin", "staff_added", "staff:cy") in {
        (e.actor, e.action, e.subject) for e in events
    }
