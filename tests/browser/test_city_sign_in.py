"""Staff sign in with the city's accounts in Chromium, at a real provider: Canaille."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.running import free_port
from bot import ROOT
from bot.comments import staff as people
from bot.comments.staff_tables import Role
from bot.comments.store import Store
from bot.front import make_app
from bot.plan.load import Knowledge
from bot.web.keys import SETTINGS
from tests.browser.city_provider import CLIENT, EMAIL, PASSWORD, SECRET, USER
from tests.browser.served import Served, served

pytestmark = pytest.mark.slow


@pytest.fixture
def front(tmp_path: Path, knowledge: Knowledge, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A front whose staff have accounts at the provider; by default it trusts its addresses."""
    port = free_port()
    settings = {
        "oidc_issuer": f"http://localhost:{port}", "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET, "oidc_trust_email": getattr(request, "param", "on"),
    }  # fmt: skip
    with served(tmp_path, knowledge, make=make_app, **settings) as front:
        command = [sys.executable, "-m", "tests.browser.city_provider", str(port)]
        process = subprocess.Popen(
            [*command, f"{front.url}/staff/city/back"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout.readline() == "ready\n"
            yield front
        finally:
            process.kill()
            process.communicate()


def add(front: Served, email: str) -> None:
    """Add a reviewer to the desk."""

    async def act() -> None:
        store = Store(front.app[SETTINGS].database)
        await people.add(store, "ana", Role.REVIEWER, email, "test")
        await store.close()

    with ThreadPoolExecutor() as other:  # Playwright keeps a loop running in this thread
        other.submit(asyncio.run, act()).result()


def sign_in_there(page: Page, front: Served, answer: str) -> None:
    """Leave by the link of the desk, sign in at the provider, and accept or deny there."""
    page.goto(f"{front.url}/staff/comments")
    page.get_by_role("link", name="city").click()
    page.get_by_label("Login").fill(USER)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=answer).click()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a browser of its own."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(8000)
    yield page
    context.close()


def test_a_reviewer_signs_in_there_is_brought_to_the_page_asked_for_and_later_is_known_at_once(
    page: Page, front: Served
) -> None:
    add(front, EMAIL)
    sign_in_there(page, front, "Accept")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comments")
    expect(page.get_by_role("banner")).to_contain_text("ana (reviewer)")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{front.url}/staff/comments")
    page.get_by_role("link", name="city").click()
    expect(page.get_by_role("banner")).to_contain_text("ana (reviewer)")


def test_who_denies_it_or_is_unknown_at_the_desk_stays_outside(page: Page, front: Served) -> None:
    sign_in_there(page, front, "Deny")
    expect(page.get_by_role("main")).to_contain_text("did not let you in")
    page.goto(f"{front.url}/staff/comments")
    page.get_by_role("link", name="city").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("main")).to_contain_text("Nobody at the desk has this account")


@pytest.mark.parametrize("front", ["off"], indirect=True)
def test_an_address_that_the_provider_does_not_confirm_joins_nobody_unless_set_so(
    page: Page, front: Served
) -> None:
    add(front, EMAIL)
    sign_in_there(page, front, "Accept")
    expect(page.get_by_role("main")).to_contain_text("Nobody at the desk has this account")
