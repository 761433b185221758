"""The front with a fake assistant behind it, and residents who use it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.assistant import Assistant
from bot.comments.store import NewComment
from bot.comments.tables import Comment
from bot.plan.load import Knowledge, load
from bot.settings import Settings
from bot.web.app import make_app
from bot.web.keys import STORE
from tests.channels.fake_assistant import SECRET, FakeAssistant
from tests.comments.changing import change
from tests.database import empty_database
from tests.web.page import Page

Client = TestClient[web.Request, web.Application]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The plan's own knowledge base."""
    return load()


@pytest.fixture
async def fake() -> AsyncIterator[FakeAssistant]:
    """A fake assistant that is up."""
    fake = FakeAssistant()
    async with fake.server:
        yield fake


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a front with a database of its own."""
    folder = tmp_path / "var"
    folder.mkdir()
    empty_database(folder)
    return Settings(data_dir=folder, secret_key="k", contact="410-396-0000", rate_limit="on")


@pytest.fixture
def make(fake: FakeAssistant, knowledge: Knowledge) -> Callable[..., web.Application]:
    """Makes a front with these settings, which waits a short time for the assistant."""

    def make_front(settings: Settings, patience: float = 5.0) -> web.Application:
        return make_app(settings, knowledge, Assistant(fake.url, SECRET, patience))

    return make_front


@pytest.fixture
def app(make: Callable[..., web.Application], settings: Settings) -> web.Application:
    """A front."""
    return make(settings)


@pytest.fixture
async def client(aiohttp_client: Any, app: web.Application) -> Client:
    """A program that calls the front; it keeps no cookies."""
    return await aiohttp_client(app, cookie_jar=aiohttp.DummyCookieJar())  # type: ignore[no-any-return]


@pytest.fixture
def say(client: Client) -> Callable[..., Awaitable[tuple[int, dict[str, Any]]]]:
    """Posts a message to the API; gives the status and the body."""

    async def post(text: Any = "", language: str = "en", **more: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Accept-Language": language}
        async with client.post(
            "/api/messages", json={"text": text} | more, headers=headers
        ) as response:
            assert response.content_type == "application/json"
            return response.status, await response.json()

    return post


@pytest.fixture
async def lose_store(
    app: web.Application, settings: Settings, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Takes the database away from under the front."""

    async def lose() -> None:
        await app[STORE].close()
        settings.data_dir.rename(tmp_path / "gone")

    yield lose
    await asyncio.sleep(0.05)  # the threads of connections that failed end after them


@pytest.fixture
def file(app: web.Application) -> Callable[..., Awaitable[Comment]]:
    """Files a comment and returns it; say what is special about it."""

    async def file_one(changed: dict[str, Any] | None = None, **more: Any) -> Comment:
        values: dict[str, Any] = {
            "draft": "draft-1", "channel": "web", "language": "en", "topic": "education",
            "text": "Lend laptops <b>now</b>.", "window": "late", "masked": (),
            "plan_version": "2018-final", "notice_version": "2026-11",
        }  # fmt: skip
        comment = await app[STORE].add_comment(NewComment(**values | more))
        await change(app[STORE], comment, **changed or {})
        return comment

    return file_one


@dataclass
class Visitor:
    """A resident whose browser runs no JavaScript."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    address: str = ""
    page: Page = field(init=False)

    async def open(self, address: str) -> Page:
        """Open a page."""
        async with self.client.get(address, headers=self.headers) as response:
            return await self._show(response)

    async def press(self, button: str, /, **typed: str) -> Page:
        """Press a button of the page, with what is typed into its form."""
        form, fields = self.page.form_of(button)
        send = self.client.post if form["method"] == "post" else self._get
        async with send(
            form["action"], data=fields | typed, headers=self.headers, allow_redirects=False
        ) as response:
            if response.status == 303:
                self.address = response.headers["Location"]
                return await self.open(self.address)
            return await self._show(response)

    async def ask(self, text: str, button: str = "Send") -> Page:
        """Type into the box and send it."""
        return await self.press(button, text=text)

    async def follow(self, title: str) -> Page:
        """Follow the first link with this title."""
        link = next(a for a in self.page.all("a") if a.words == title)
        return await self.open(link["href"])

    async def switch(self) -> Page:
        """Press the other language's button in the header, which sends the form named "keep"."""
        button = self.page.one("header").one("button", form="keep")
        fields = {
            field["name"]: field["value"] or ""
            for field in self.page.one("form", id="keep").all("input")
        }
        async with self.client.post(
            button["formaction"], data=fields | {button["name"]: button["value"]}
        ) as response:
            return await self._show(response)

    def _get(self, address: str, data: dict[str, str], **more: Any) -> Any:
        return self.client.get(address, params=data, **more)

    async def _show(self, response: aiohttp.ClientResponse) -> Page:
        self.status = response.status
        self.page = await Page.of(response)
        return self.page


@pytest.fixture
async def visitor(aiohttp_client: Any, app: web.Application) -> Visitor:
    """A resident with a browser that keeps cookies."""
    return Visitor(await aiohttp_client(app))


@pytest.fixture
async def without_cookies(client: Client) -> Visitor:
    """A resident whose browser keeps no cookies."""
    return Visitor(client)
