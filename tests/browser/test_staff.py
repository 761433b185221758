"""The staff desk in Chromium: axe on every page, keys, bulk acts, two sizes; no third party."""

import pytest
from playwright.sync_api import expect

from bench.staff_screenshots import pages
from tests.browser.at_desk import is_too_wide, wrong

pytestmark = pytest.mark.slow


def test_axe_finds_nothing_on_any_page_and_nothing_is_wider_than_the_screen(page, desk) -> None:
    failures = {}
    for scheme, width in (("light", 1200), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        for name, address in pages(desk).items():
            page.goto(desk.url + address)
            found = wrong(page) + is_too_wide(page)
            if found:
                failures[f"{name} {scheme}"] = found
    assert failures == {}
    assert page.problems == []


def test_the_sign_in_page_is_clean_too(browser, desk) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(desk.url + "/staff/comments")
    assert wrong(page) == []
    page.get_by_label("Name").fill("demo")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    assert wrong(page) == []
    context.close()


def test_the_queue_is_worked_by_keys_alone(page, desk) -> None:
    page.goto(desk.url + "/staff/comments")
    expect(page.locator("#count")).to_contain_text("comments")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row-comment.current")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator(".row-comment.current input")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comment")
    first = page.url
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("Released.")
    page.keyboard.press("z")
    expect(page.get_by_role("status")).to_contain_text("undone")
    page.keyboard.press("h")
    expect(page.locator("#hide-reason")).to_be_focused()
    page.keyboard.press("j")
    assert page.url.split("?")[0] == first.split("?")[0], "typing in a field is no command"
    page.goto(desk.url + "/staff/comments")
    page.locator(".keys summary").click()
    page.get_by_role("button", name="Turn off").click()
    page.keyboard.press("j")
    expect(page.locator(".row-comment.current")).to_have_count(0)


def test_many_are_acted_on_and_undone(page, desk) -> None:
    page.goto(desk.url + "/staff/comments")
    for box in page.locator(".row-comment input").all()[:3]:
        box.check()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("3 changed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("3 undone.")


def test_without_javascript_the_desk_works(browser, desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([desk.signed_in])
    page = context.new_page()
    page.goto(desk.url + "/staff/comments")
    page.get_by_label("Search words or a receipt").fill("wi-fi")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".row-comment").first).to_contain_text("Wi-Fi")
    page.locator(".row-comment a").first.click()
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_role("status")).to_contain_text("Assigned.")
    context.close()
