"""A front with its staff desk, and people who use the desk with a browser without JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from argon2 import PasswordHasher

from bot.comments import staff as people
from bot.comments.staff_tables import Role
from bot.comments.store import NewComment, Store
from bot.front import make_app
from bot.plan.load import Knowledge, load
from bot.settings import Settings
from bot.staff.asked import COOKIE
from bot.web.keys import STORE
from tests.database import empty_database
from tests.web.page import Element, Page

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The plan's own knowledge base."""
    return load()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of passwords that cost next to nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(people, "_HASHER", cheap)
    monkeypatch.setattr(people, "_NOBODY", cheap.hash("nobody"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a front with a database of its own."""
    folder = tmp_path / "var"
    folder.mkdir()
    empty_database(folder)
    return Settings(data_dir=folder, secret_key="k", contact="410-396-0000")


@pytest.fixture
def app(settings: Settings, knowledge: Knowledge) -> web.Application:
    """A front with its desk."""
    return make_app(settings, knowledge)


@pytest.fixture
def store(app: web.Application, client: Any) -> Store:
    """The store of the running front."""
    return app[STORE]


@pytest.fixture
async def client(aiohttp_client: Any, app: web.Application) -> TestClient[Any, Any]:
    """The running front; it keeps no cookies."""
    return await aiohttp_client(app, cookie_jar=aiohttp.DummyCookieJar())  # type: ignore[no-any-return]


@dataclass
class Desk:
    """A browser at the desk."""

    client: TestClient[Any, Any]
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    address: str = ""
    page: Page = field(default_factory=lambda: Page(""))
    body: bytes = b""

    async def open(self, address: str) -> Page:
        """Open a page; redirects are followed."""
        return await self._send("GET", address)

    async def press(self, button: str, /, within: str = "", **typed: Any) -> Page:
        """Press a button, with what is typed, ticked and chosen in its form."""
        form, fields = self.form(button, within)
        fields = [(name, value) for name, value in fields if name not in typed]
        for name, value in typed.items():
            fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
        method = (form["method"] or "get").upper()
        address = form["action"] or self.address
        if method == "GET":
            return await self._send("GET", address, params=fields)
        return await self._send("POST", address, data=aiohttp.FormData(fields))

    async def post(self, address: str, /, **fields: Any) -> Page:
        """Send a form that no page showed, with this session's token."""
        token = self.page.all("input", name="token")[0]["value"]
        pairs = [("token", token)]
        for name, value in fields.items():
            pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return await self._send("POST", address, data=aiohttp.FormData(pairs))

    def form(self, button: str, within: str = "") -> tuple[Element, list[tuple[str, str]]]:
        """The form with this button, and what pressing it would send."""
        for form in self.page.all("form"):
            if within and within not in (form["action"] or ""):
                continue
            for pressed in form.all("button"):
                if pressed.words == button:
                    return form, _fields(form, pressed)
        raise AssertionError(f"no button {button!r} on {self.address}")

    @property
    def words(self) -> str:
        """What the page says, without what surrounds it."""
        return self.page.one("main").words

    async def _send(self, method: str, address: str, **more: Any) -> Page:
        for _ in range(5):
            async with self.client.request(
                method, address, headers=self.headers | {"Cookie": self._cookie()},
                allow_redirects=False, **more,
            ) as response:  # fmt: skip
                for name, morsel in response.cookies.items():
                    self.cookies[name] = morsel.value
                self.status, self.address = response.status, address
                if response.status == 303:
                    method, address, more = "GET", response.headers["Location"], {}
                    continue
                assert response.headers["Cache-Control"] == "no-store"
                self.body = await response.read()
                if response.content_type == "text/html":
                    self.page = Page(self.body.decode())
                return self.page
        raise AssertionError("too many redirects")

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def _fields(form: Element, pressed: Element) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for element in form.all("*"):
        name = element["name"]
        if not name or element.tag == "button":
            continue
        if element.tag == "select":
            options = element.all("option")
            chosen = [o for o in options if "selected" in o.attributes] or options[:1]
            fields += [(name, o["value"] if o["value"] is not None else o.words) for o in chosen]
        elif element["type"] in {"checkbox", "radio"}:
            if "checked" in element.attributes:
                fields.append((name, element["value"] or "on"))
        elif element.tag == "textarea":
            fields.append((name, element.text.removeprefix("\n")))
        elif element["type"] != "file":
            fields.append((name, element["value"] or ""))
    if pressed["name"]:
        fields.append((pressed["name"], pressed["value"] or ""))
    return fields


@pytest.fixture
def stranger(client: TestClient[Any, Any]) -> Desk:
    """A browser that is not signed in."""
    return Desk(client)


@pytest.fixture
def sign_in(client: TestClient[Any, Any], store: Store) -> Callable[..., Any]:
    """Signs a new person in, past the form; gives their browser."""

    async def enter(role: Role | str = Role.REVIEWER, name: str = "", email: str = "") -> Desk:
        role = Role(role)
        person = await people.add(store, name or f"the-{role}", role, email or None, "test")
        return Desk(client, {COOKIE: await people.open_session(store, person)})

    return enter


@pytest.fixture
async def reviewer(sign_in: Callable[..., Any]) -> Desk:
    """A reviewer's browser."""
    return await sign_in(Role.REVIEWER)  # type: ignore[no-any-return]


@pytest.fixture
async def admin(sign_in: Callable[..., Any]) -> Desk:
    """An admin's browser."""
    return await sign_in(Role.ADMIN)  # type: ignore[no-any-return]


@pytest.fixture
def file_comment(store: Store) -> Callable[..., Any]:
    """Files a comment; say what is special about it."""
    count = iter(range(1, 10_000))

    async def file(text: str = "More Wi-Fi, please.", **more: Any) -> Any:
        values: dict[str, Any] = {
            "channel": "web", "language": "en", "topic": "education", "window": "late",
            "masked": (), "plan_version": "2018-final", "notice_version": "2026-11",
        }  # fmt: skip
        return await store.add_comment(
            NewComment(**{"draft": f"draft-{next(count)}", "text": text} | values | more)
        )

    return file
