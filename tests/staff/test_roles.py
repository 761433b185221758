"""Who may ask what: every route of the desk, for everybody."""

import re
from functools import cache

import pytest

from bot.comments.staff_tables import Role
from bot.front import make_app
from bot.settings import Settings

SAMPLES = {
    "key": "x",
    "name": "a" * 32,
    "id": "1",
    "link": "x",
    "receipt": "K7M4-QX9T",
    "kind": "csv",
    "filename": "staff.css",
}


@cache
def routes():
    """Method, address and needed role of every route; None is open to all."""
    app = make_app(Settings(data_dir="/nowhere", secret_key="k"))
    found = []
    for route in app.router.routes():
        address = route.resource.canonical
        if not address.startswith("/staff") or route.method == "HEAD" or "/static" in address:
            continue
        is_open = getattr(route.handler, "is_open", False)
        needed = getattr(route.handler, "needed", None)
        assert is_open or needed, f"{route.method} {address} has no role"
        found.append((route.method, address, None if is_open else needed))
    return found


CLOSED = [(m, a, n) for m, a, n in routes() if n]


def sample(address):
    return re.sub(r"\{(\w+)[^}]*\}", lambda match: SAMPLES[match[1]], address)


def test_only_the_way_in_is_open_to_all():
    opened = {address for _, address, needed in routes() if needed is None}
    assert opened == {
        "/staff",
        "/staff/",
        "/staff/sign-in",
        "/staff/link/{link}",
        "/staff/city",
        "/staff/city/back",
    }


@pytest.fixture
async def everybody(sign_in, stranger):
    """A browser of nobody, and of each role."""
    return {None: stranger} | {role: await sign_in(role) for role in Role}


async def test_every_route_lets_in_its_role_and_those_above_and_nobody_else(everybody):
    for method, address, needed in CLOSED:
        for role, desk in everybody.items():
            if role is not None and role.covers(needed) and method == "POST":
                continue  # what a form does is for the form's own tests
            if role is not None and desk.address == "":
                await desk.open("/staff/account")
            where = f"{method} {address} as {role}"
            if method == "GET":
                await desk.open(sample(address))
            elif role is None:
                await desk._send("POST", sample(address), data={"token": "x"})
            else:
                await desk.open("/staff/account")
                await desk.post(sample(address))
            if role is None:
                at_the_door = desk.address.startswith("/staff/sign-in") or desk.status == 401
                assert at_the_door, where
            elif role.covers(needed):
                assert desk.status in {200, 404}, where
                assert "This is for the role" not in desk.words, where
            else:
                assert desk.status == 403, where
                assert f"This is for the role {needed}" in desk.words, where


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["no word of where it is from", "another site", "cross-site"],
)
async def test_a_forged_form_changes_nothing(admin, headers):
    await admin.open("/staff/people")
    for method, address, _ in CLOSED:
        if method == "POST":
            admin.headers = headers
            await admin._send("POST", sample(address), data={"token": "forged", "name": "eve"})
            if address == "/staff/import":
                assert admin.status in {403, 415}
                continue  # a file; its own tests forge it
            assert admin.status == 403, address
            refusals = ("did not come from the staff desk", "from another site")
            assert any(one in admin.words for one in refusals)
    admin.headers = {}
    await admin.open("/staff/people")
    assert "eve" not in admin.words


async def test_what_was_typed_when_the_session_ended_is_kept(stranger, store, sign_in):
    from bot.comments import staff as people
    from tests.staff.conftest import PASSWORD

    person = await people.add(store, "ana", Role.ADMIN, None, "test")
    await people.set_password(store, person.id, PASSWORD, "test")
    stranger.headers = {"Sec-Fetch-Site": "same-origin"}
    await stranger.open("/staff/people")
    await stranger.press("Sign in", name="ana", password=PASSWORD)
    before = stranger.page
    await stranger.press("Sign out")
    stranger.page, stranger.address = before, "/staff/people"
    await stranger.press("Add and make a link", name="cy", role="viewer")
    assert stranger.status == 401
    assert "is kept" in stranger.words
    await stranger.press("Sign in", name="ana", password=PASSWORD)
    assert "not saved yet" in stranger.words
    await stranger.press("Send it")
    assert stranger.page.all("code"), "the link of the new person"


async def test_no_page_of_the_desk_is_kept_or_framed(client, admin):
    await admin.open("/staff/people")
    async with client.get("/staff/sign-in") as response:
        assert response.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "noindex" in await response.text()
