"""Each task of the staff desk in Chromium, on a phone and on a wide screen; axe at each step."""

import re

import pyotp
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


def test_a_comment_is_redacted_and_its_author_told_why(sized, desk, public):
    receipt = first_comment(sized, desk, "visibility=pending&language=en&sort=newest")
    sized.locator("summary", has_text="Redact").click()
    sized.locator("#public_text").fill(f"What may be read on a {sized.size}.")
    sized.locator("#redact-reason").select_option("personal_data")
    sized.locator("#redact-word").fill("We took a neighbor's name out.")
    pressed(sized, "Redact")
    expect(sized.locator("blockquote.comment-text").first).to_contain_text("What may be read")
    expect(sized.locator("summary", has_text="The original, for admins")).to_be_visible()
    is_clean(sized)
    resident = public(f"/c/{receipt}")
    expect(resident.get_by_role("main")).to_contain_text("We took a neighbor's name out.")
    is_clean(resident)


def test_a_comment_is_given_to_somebody_made_urgent_and_noted(sized, desk):
    receipt = first_comment(sized, desk, "visibility=pending&assignee=nobody")
    sized.locator("#assignee").select_option("demo")
    pressed(sized, "Assign")
    told(sized, "Assigned.")
    sized.locator("#priority").select_option(label="urgent")
    pressed(sized, "Save priority")
    expect(sized.locator(".badge.urgent")).to_contain_text("urgent")
    sized.get_by_label("New note").fill(f"Called back on a {sized.size}.")
    pressed(sized, "Add note")
    expect(sized.locator(".one-note").last).to_contain_text("Called back")
    is_clean(sized)
    sized.goto(desk.url + "/staff/comments?assignee=demo")
    expect(sized.get_by_role("link", name=receipt)).to_be_visible()


def test_two_who_change_a_comment_at_once_see_each_other(sized, desk, public):
    receipt = first_comment(sized, desk, "state=received&visibility=pending")
    other = public(f"/staff/comments/{receipt}")
    other.locator("#state").select_option("in_review")
    pressed(other, "Save state")
    expect(other.get_by_role("status")).to_be_visible()
    sized.get_by_label("Your reply").fill("Words that must not be lost.")
    pressed(sized, "Send the reply")
    refused(sized, "state is now in review")
    expect(sized.get_by_label("Your reply")).to_have_value("Words that must not be lost.")
    pressed(sized, "Send the reply")
    told(sized, "Answered.")


def test_a_view_is_kept_and_exported_as_csv_and_as_an_excel_file(sized, desk):
    title = f"Web {sized.size}"
    sized.goto(desk.url + "/staff/comments?channel=web&visibility=any")
    sized.locator("summary", has_text="Keep this view").click()
    sized.locator("#title").fill(title)
    pressed(sized, "Keep")
    told(sized, "The view is kept.")
    sized.goto(desk.url + "/staff/comments")
    sized.get_by_role("link", name=title).click()
    sized.get_by_role("link", name="Export this view").click()
    number = re.search(r"Export ([\d,]+)", sized.get_by_role("heading", level=1).inner_text())[1]
    is_clean(sized)
    with sized.expect_download() as waiting:
        sized.get_by_role("link", name="CSV").click()
    lines = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("receipt,created_at,channel")
    pressed(sized, "Make an Excel file")
    ready = sized.get_by_role("link", name="Download")
    expect(ready).to_be_visible(timeout=20_000)
    expect(sized.get_by_role("main")).to_contain_text(f"{number} comments are in it.")
    is_clean(sized)
    with sized.expect_download() as waiting:
        ready.click()
    assert waiting.value.path().read_bytes().startswith(b"PK")
    sized.goto(desk.url + "/staff/comments")
    pressed(sized, f"Delete the view {title}")
    told(sized, "The view is deleted.")


def test_a_phone_call_is_entered_by_hand(sized, desk, public):
    sized.goto(desk.url + "/staff/enter")
    sized.get_by_label("What the resident said").fill(f"A ramp at the {sized.size} library.")
    pressed(sized, "Store the comment")
    expect(sized.get_by_role("alert")).to_contain_text("Choose a topic")
    is_clean(sized)
    sized.get_by_label("How it came").select_option("phone")
    sized.get_by_label("Topic").select_option("education")
    pressed(sized, "Store the comment")
    told(sized, "Stored. The receipt is")
    receipt = sized.get_by_role("heading", level=1).inner_text().removeprefix("Comment ")
    resident = public(f"/c/{receipt}")
    expect(resident.get_by_role("main")).to_contain_text("Received, not yet reviewed")


def test_a_new_person_sets_a_password_and_codes_and_signs_in_with_both(sized, desk, browser):
    name, password = f"new-{sized.size}", "correct horse battery"
    sized.goto(desk.url + "/staff/people")
    sized.get_by_label("Name to sign in with").fill(name)
    sized.locator("select#role").select_option("viewer")
    pressed(sized, "Add and make a link")
    link = sized.get_by_role("status").locator("code").inner_text()
    is_clean(sized)
    context = browser.new_context(viewport=sized.viewport_size, locale="en-US")
    person = context.new_page()
    person.goto(desk.url + "/staff/link/" + link.rpartition("/")[2])
    is_clean(person)
    person.get_by_label("New password").fill(password)
    person.get_by_label("The same again").fill(password)
    pressed(person, "Set the password")

    def sign_in(code: str = "") -> None:
        person.goto(desk.url + "/staff/sign-in")
        person.get_by_label("Name").fill(name)
        person.get_by_label("Password").fill(password)
        person.get_by_label("One-time code").fill(code)
        pressed(person, "Sign in")

    sign_in()
    expect(person.get_by_role("heading", level=1)).to_contain_text("Comments")
    expect(person.get_by_role("button", name="Release", exact=True)).to_have_count(0)
    person.goto(desk.url + "/staff/account/codes")
    codes = pyotp.TOTP(person.get_by_role("main").locator("code").inner_text())
    is_clean(person)
    person.get_by_label("Code").fill(codes.now())
    pressed(person, "Switch codes on")
    expect(person.get_by_role("status")).to_be_visible()
    pressed(person, "Sign out")
    sign_in()
    expect(person.get_by_role("alert")).to_be_visible()
    is_clean(person)
    context.close()


def test_near_copies_are_looked_for_again_and_say_what_was_changed(sized, desk):
    sized.goto(desk.url + "/staff/similar")
    pressed(sized, "Look again now")
    expect(sized.get_by_role("status")).to_be_visible()
    sized.get_by_role("link", name="40 comments").click()
    expect(sized.locator("ins, del").first).to_be_visible()
    is_clean(sized)


def test_a_report_is_of_one_channel_and_comes_as_csv_and_pdf(sized, desk):
    sized.goto(desk.url + "/staff/reports?since=2018-02-01&until=2018-04-30")
    sized.get_by_label("Channel", exact=True).select_option("sms")
    pressed(sized, "Show")
    expect(sized.get_by_label("Channel", exact=True)).to_have_value("sms")
    is_clean(sized)
    with sized.expect_download() as waiting:
        sized.get_by_role("link", name="CSV of Comments by channel").click()
    _, row = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert row.startswith("sms,")
    with sized.expect_download() as waiting:
        sized.get_by_role("link", name="As PDF").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
