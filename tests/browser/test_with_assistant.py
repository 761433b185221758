"""The chat page before the whole assistant: a question, and a comment from notice to receipt."""

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from bench.running import Running
from tests.browser.conftest import PHONE, ask

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_a_comment_is_filed_once_and_found_by_its_receipt(
    browser: Browser, assistant: Running, script_on: bool
) -> None:
    words = f"Teach coding in every school {'with' if script_on else 'without'} a screen."
    context = browser.new_context(viewport=PHONE, locale="en-US", java_script_enabled=script_on)
    page = context.new_page()
    page.goto(assistant.url)
    ask(page, "when were comments due?")
    expect(page.locator(".answer").last).to_contain_text("March 16, 2018")
    page.locator("#text").fill("I want to leave a comment")
    page.locator("#send").click()
    page.get_by_role("button", name="Education").last.click()
    expect(page.locator(".answer").last).to_contain_text("Write your comment about education")
    ask(page, f"{words} <b>Thanks</b>")
    expect(page.locator(".answer").last).to_contain_text("<b>Thanks</b>")
    page.get_by_role("button", name="Yes, file it").last.click()
    link = page.locator(".receipt a").last
    expect(link).to_be_visible()
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", link.inner_text())[0]
    link.click()
    expect(page).to_have_url(re.compile(f"/c/{receipt}"))
    expect(page.locator("main")).to_contain_text(receipt)
    expect(page.locator("main")).to_contain_text("Received, not yet reviewed")
    page.go_back()
    expect(page.locator(".receipt").last).to_be_visible()
    page.get_by_role("button", name="Yes, file it").last.click()
    expect(page.locator(".turn").last).not_to_contain_text("Teach coding")
    listed = assistant.command("comments", "export", "--format", "jsonl").stdout
    filed = [json.loads(line) for line in listed.splitlines()]
    assert sum(words in comment["text"] for comment in filed) == 1
    context.close()
