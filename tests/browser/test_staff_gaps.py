"""The gap board in Chromium: an answer is written, approved by another, and read by a resident."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bench.desk import Desk
from bot.comments.staff_tables import Role
from tests.staff.test_gap_answers import ANSWER

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk(tmp_path_factory.mktemp("gaps")) as desk:
        yield desk


def is_clean(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the screen, on a phone and on a desk."""
    for scheme, width in (("light", 1280), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page).response["violations"]
        assert [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found] == []
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), width


def opened(browser: Browser, desk: Desk, name: str, role: Role) -> Page:
    """A browser in which somebody new is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.add_cookies([desk.sign_in(name, role)])
    return context.new_page()


def test_an_answer_is_written_approved_by_another_and_read_by_a_resident(browser, desk) -> None:
    writer = opened(browser, desk, "wren", Role.REVIEWER)
    writer.goto(desk.url + "/staff/gaps")
    is_clean(writer)
    first = writer.get_by_role("link", name="people").first
    first.focus()
    writer.keyboard.press("Enter")
    expect(writer.get_by_role("heading", name="What was asked")).to_be_visible()
    writer.get_by_label("Answer on the web, English").fill("It has free Wi-Fi in 13 parks.")
    writer.get_by_role("button", name="Check and send").click()
    expect(writer.get_by_role("alert")).to_contain_text("to mend before it can be sent")
    field = writer.get_by_label("Answer on the web, Spanish")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Fill this in.")
    is_clean(writer)

    for name, value in ANSWER.items():
        if name in {"topic", "standing", "source", "source_kind"}:
            writer.locator(f"#{name}").select_option(value)
        else:
            writer.locator(f"#{name}").fill(value)
    writer.get_by_role("button", name="Check and send").click()
    expect(writer.get_by_role("status")).to_contain_text("Sent.")
    is_clean(writer)

    address = writer.url
    boss = opened(browser, desk, "bea", Role.ADMIN)
    boss.goto(address)
    is_clean(boss)
    boss.get_by_role("button", name="Publish").click()
    expect(boss.get_by_role("status")).to_contain_text("Published.")
    is_clean(boss)

    fact = f"gap-{address.rpartition('/')[2]}"
    resident = browser.new_context(locale="es").new_page()
    for _ in range(100):
        if resident.goto(f"{desk.url}/f/{fact}?lang=es").ok:
            break
        resident.wait_for_timeout(100)
    expect(resident.get_by_text(ANSWER["answer_es"])).to_be_visible()

    boss.get_by_label("Reason for taking it back").fill("Three parks closed.")
    boss.get_by_role("button", name="Take it back").click()
    expect(boss.get_by_role("status")).to_contain_text("Taken back.")
    for page in (writer, boss, resident):
        page.context.close()


def test_a_group_is_set_aside_and_put_back_on_a_phone(browser, desk) -> None:
    page = opened(browser, desk, "ray", Role.REVIEWER)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(desk.url + "/staff/gaps")
    page.get_by_role("link", name="people").last.click()
    page.get_by_label("Why it needs no answer").fill("The water office answers this.")
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text("Reason: The water office answers this.")).to_be_visible()
    is_clean(page)
    page.get_by_role("button", name="Put it back on the board").click()
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    page.context.close()
