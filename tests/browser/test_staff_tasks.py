"""Each task of the staff desk in Chromium, on a phone and on a wide screen; axe at each step."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.at_desk import is_clean

pytestmark = pytest.mark.slow
SHEET = """comment,date,topic,id
More benches at the bus stops of the west side please,2018-03-01,quality_of_life,{name}-1
Call me at 410-555-0142 about the library hours,2018-03-02,education,{name}-2
Too many potholes,2018-13-45,quality_of_life,{name}-3
"""


@pytest.fixture(params=[(360, 780), (1200, 800)], ids=["phone", "desktop"])
def sized(request, page) -> Page:
    """A page in two sizes, without errors at the end."""
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    page.set_default_timeout(8000)
    page.size = request.node.callspec.id
    yield page
    # A refusal has a status of 4xx, which the browser tells as an error too.
    assert [one for one in page.problems if "Failed to load resource" not in one] == []


@pytest.fixture
def public(context, desk):
    """Opens a page as a resident does, in a tab of its own."""

    def open_one(address: str) -> Page:
        page = context.new_page()
        page.goto(desk.url + address)
        return page

    return open_one


def first_comment(page: Page, desk, view: str) -> str:
    """Open the first comment of a view; its receipt."""
    page.goto(f"{desk.url}/staff/comments?{view}")
    page.locator(".row-comment a").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Comment")
    return heading.inner_text().removeprefix("Comment ")


def told(page: Page, words: str) -> None:
    """The desk says this after an act, on a page without faults."""
    expect(page.get_by_role("status")).to_contain_text(words)
    is_clean(page)


def refused(page: Page, words: str) -> None:
    """The desk says why it does not do it."""
    expect(page.get_by_role("alert")).to_contain_text(words)
    is_clean(page)


def pressed(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def test_a_reply_begins_with_a_template_and_stands_on_the_receipt_page(sized, desk, public):
    title = f"Thanks {sized.size}"
    sized.goto(desk.url + "/staff/templates")
    sized.get_by_label("Title").last.fill(title)
    sized.get_by_label("Text").last.fill("Thank you for {receipt}. See {nothing}.")
    pressed(sized, "Add the template")
    refused(sized, "{nothing}")
    sized.get_by_label("Text").last.fill("Thank you for {receipt}. We read it.")
    pressed(sized, "Add the template")
    told(sized, "Saved.")
    receipt = first_comment(sized, desk, "language=en&state=received&visibility=pending")
    pressed(sized, "Send the reply")
    expect(sized.get_by_role("alert")).to_be_visible()
    is_clean(sized)
    sized.get_by_label("Begin with").select_option(label=f"{title} (English)")
    pressed(sized, "Use it")
    reply = sized.get_by_label("Your reply, in English")
    expect(reply).to_have_value(f"Thank you for {receipt}. We read it.")
    is_clean(sized)
    pressed(sized, "Send the reply")
    told(sized, "Answered. The reply is on the receipt page.")
    resident = public(f"/c/{receipt}")
    expect(resident.get_by_role("main")).to_contain_text(f"Thank you for {receipt}. We read it.")
    is_clean(resident)


def test_a_spreadsheet_is_tried_imported_and_stored_once(sized, desk, tmp_path):
    sheet, picture = tmp_path / "city.csv", tmp_path / "picture.xlsx"
    sheet.write_text(SHEET.format(name=sized.size), "utf-8")
    picture.write_bytes(b"PK\x03\x04 damaged")
    sized.goto(desk.url + "/staff/import")
    sized.get_by_label("File, CSV").set_input_files(picture)
    pressed(sized, "Try it first")
    expect(sized.get_by_role("alert")).to_be_visible()
    is_clean(sized)
    sized.get_by_label("File, CSV").set_input_files(sheet)
    pressed(sized, "Try it first")
    expect(sized.get_by_role("heading", name="What the import would do")).to_be_visible()
    expect(sized.locator(".numbers")).to_contain_text("To be stored")
    expect(sized.get_by_role("row", name="4")).to_be_visible()
    is_clean(sized)
    pressed(sized, "Import 2 comments")
    expect(sized.get_by_role("heading", name="Imported")).to_be_visible()
    is_clean(sized)
    sized.goto(desk.url + "/staff/comments?visibility=any&search=library+hours&sort=newest")
    expect(sized.locator(".row-comment").first).to_contain_text("about the library hours")
    expect(sized.locator("main")).not_to_contain_text("410-555-0142")
    sized.goto(desk.url + "/staff/import")
    sized.get_by_label("File, CSV").set_input_files(sheet)
    pressed(sized, "Try it first")
    expect(sized.locator("main")).to_contain_text("There is nothing to import.")


def test_a_theme_is_decided_put_on_a_comment_and_shown(sized, desk, public):
    title = f"Benches on a {sized.size}"
    sized.goto(desk.url + "/staff/themes")
    sized.get_by_label("Title in English").fill(title)
    sized.get_by_label("Title in Spanish").fill(f"Bancos {sized.size}")
    pressed(sized, "Add the theme")
    expect(sized.get_by_role("heading", level=1)).to_have_text(title)
    address = sized.url
    pressed(sized, "Show it to the public")
    refused(sized, "without the city's decision")
    sized.get_by_label("The city's decision").select_option("partly")
    sized.get_by_label("The city's words, English").fill("Ten benches come this year.")
    sized.get_by_label("The city's words, Spanish").fill("Este año llegan diez bancos.")
    pressed(sized, "Save")
    told(sized, "Saved.")
    pressed(sized, "Show it to the public")
    told(sized, "Saved.")
    receipt = first_comment(sized, desk, "visibility=pending&sort=newest")
    sized.get_by_label(title).check()
    pressed(sized, "Save themes")
    told(sized, "Themes saved.")
    resident = public(f"/c/{receipt}")
    expect(resident.get_by_role("main")).to_contain_text("Ten benches come this year.")
    is_clean(resident)
    resident.get_by_role("link", name=title).click()
    expect(resident.get_by_role("main")).to_contain_text("Accepted in part")
    expect(resident.get_by_role("main")).to_contain_text("1 comment")
    is_clean(resident)
    sized.goto(address)
    pressed(sized, "Take it back from the public")
    told(sized, "Saved.")
    resident.goto(f"{desk.url}/c/{receipt}")
    expect(resident.get_by_role("main")).not_to_contain_text("Ten benches")


def test_the_chat_is_switched_off_with_words_and_on_again(sized, desk, public):
    sized.goto(desk.url + "/staff/switches")
    card = sized.get_by_role("region", name="The chat on the web")
    card.get_by_label("Reason").fill("Wrong dates")
    card.get_by_label("English").fill("We are back on Monday.")
    card.get_by_role("button", name="Switch off").click()
    refused(sized, "both languages")
    card.get_by_label("Spanish").fill("Volvemos el lunes.")
    card.get_by_role("button", name="Switch off").click()
    told(sized, "The chat on the web: switched off.")
    resident = public("/?lang=es")
    expect(resident.get_by_role("main")).to_contain_text("Volvemos el lunes.")
    is_clean(resident)
    resident.goto(desk.url + "/comment")
    expect(resident.get_by_role("heading", level=1)).to_be_visible()
    card.get_by_label("Reason").fill("The dates are right again")
    card.get_by_role("button", name="Switch on").click()
    told(sized, "The chat on the web: switched on.")
    resident.goto(desk.url + "/")
    expect(resident.get_by_role("main")).not_to_contain_text("back on Monday")


def test_what_is_under_legal_hold_is_not_erased_and_what_is_erased_leaves_its_receipt(
    sized, desk, public
):
    receipt = first_comment(sized, desk, "visibility=pending&sort=newest")
    words = sized.locator("blockquote.comment-text").first.inner_text()
    badge = sized.locator(".badge", has_text="legal hold")
    _hold(sized, "Case 12", "Hold")
    expect(badge).to_be_visible()
    is_clean(sized)
    sized.goto(desk.url + "/staff/privacy")
    expect(sized.get_by_role("link", name=receipt)).to_be_visible()
    sized.get_by_role("link", name=receipt).click()
    _erase(sized)
    refused(sized, "under legal hold")
    sized.goto(f"{desk.url}/staff/comments/{receipt}")
    _hold(sized, "Case closed", "Lift the hold")
    expect(badge).to_have_count(0)
    _erase(sized)
    told(sized, "Done. The receipt page says so.")
    expect(sized.locator("main")).not_to_contain_text(words)
    resident = public(f"/c/{receipt}")
    expect(resident.get_by_role("main")).to_contain_text("erased")
    is_clean(resident)
    sized.goto(desk.url + "/staff/log?action=erased")
    expect(sized.locator("main")).to_contain_text(receipt)


def _hold(page: Page, reason: str, button: str) -> None:
    page.locator("summary", has_text="Legal hold").click()
    page.locator("#hold_reason").fill(reason)
    pressed(page, button)


def _erase(page: Page) -> None:
    page.locator("summary", has_text="Erase, for its author").click()
    page.locator("#erase_reason").fill("The author, by phone")
    page.get_by_label("I am sure").check()
    pressed(page, "Erase")


def test_a_comment_is_corrected_for_its_author(sized, desk):
    first_comment(sized, desk, "visibility=pending&language=en")
    sized.locator("summary", has_text="Correct, for its author").click()
    sized.get_by_label("New text").fill(f"Written anew on a {sized.size}.")
    sized.get_by_label("Who asked for it").first.fill("The author, by phone")
    pressed(sized, "Correct")
    told(sized, "Corrected.")
    expect(sized.locator("blockquote.comment-text").first).to_contain_text("Written anew")


def test_what_is_due_is_deleted_by_a_button(sized, desk):
    sized.goto(desk.url + "/staff/privacy")
    pressed(sized, "Delete what is due now")
    told(sized, "deleted or erased.")
