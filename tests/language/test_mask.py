"""Personal data is masked; what belongs to the plan and the city is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ROOT
from bot.language.mask import LABELS, PUBLIC_NUMBERS, Personal, find, mask
from tests.growth import growth

EMAILS = [
    "bob@gmail.com",
    "BOB.SMITH+news@Mail.Example.ORG",
    "o'neil@x-y.co.uk",
    "josé.núñez@correo.com.mx",
    "用户@例子.公司",
    "bob @ gmail.com",
    "bob@gmail . com",
    "bob at gmail dot com",
    "bob at gmail.com",
    "bob (at) gmail (dot) com",
    "bob[at]gmail.com",
    "bob {at} mail {dot} example {dot} org",
    "maria arroba gmail punto com",
    "maria (arroba) correo (punto) mx",
    "bob_1990@baltimore.k12.md.us",
]
PHONES = [
    "(410) 555-0134",
    "410-555-0134",
    "410.555.0134",
    "410 555 0134",
    "4105550134",
    "410/555-0134",
    "410_555_0134",
    "410·555·0134",
    "410–555–0134",
    "410 - 555 - 0134",
    "(410)5550134",
    "(410)-555-0134",
    "1-410-555-0134",
    "1 (410) 555 0134",
    "+1 410 555 0134",
    "+1(410)555-0134",
    "+14105550134",
    "410-555-0134 x12",
    "410-555-0134 ext. 7",
    "4 1 0 5 5 5 0 1 3 4",
    "４１０-５５５-０１３４",
    "555-0134",
    "555.0134",
    "+52 55 1234 5678",
    "+52 1 55 1234 5678",
    "+503 7123 4567",
    "+50371234567",
    "011 52 55 1234 5678",
]
CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "5555.5555.5555.4444",
    "2223 0031 2200 3222",
    "378282246310005",
    "3782 822463 10005",
    "6011 0000 0000 0004",
    "4222222222222",
]
SSNS = ["123-45-6789", "123 45 6789", "123.45.6789", "123–45–6789", "912-78-1234"]
OWN_ADDRESSES = [
    ("I live at {}", "1234 N Charles St"),
    ("i live at {}", "1234 n charles st apt 3b"),
    ("I live at {}, Baltimore MD 21202", "12 E. Biddle St., Apt 3B"),
    ("I live on {}", "4 East 33rd Street"),
    ("I live over on {}", "1234 Wilkens Ave"),
    ("I live here at {}", "1234 N Charles St"),
    ("I live at {}", "1500 W 36th St"),
    ("we live at {}", "1234 The Alameda"),
    ("I live at {}", "1234 S Broadway"),
    ("i live at {}", "3400 eastern"),
    ("I'm staying at {}", "1234 N Charles St"),
    ("I’m at {}", "1234 N Charles St"),
    ("i stay at {}", "2100 north ave"),
    ("My mother lives at {}", "2100 W North Ave"),
    ("my address is {}", "1234 Saint Paul Street"),
    ("my address: {}", "1234 St Paul St"),
    ("My home address is {}", "2600 Madison Avenue Unit 4"),
    ("my address is {}", "PO Box 1234"),
    ("my house is at {}", "1234 Fleet Street"),
    ("come to my house, {}", "1234 Fleet Street"),
    ("There are rats. I live at {} and nobody comes", "900 Druid Hill Ave"),
    ("vivo en {}", "3400 Eastern Ave"),
    ("yo vivo por {}", "3400 Eastern Ave"),
    ("vivo en la {}", "calle Lombard 1200"),
    ("mi direccion es {}", "calle Lombard 12"),
    ("Mi dirección es {}", "Calle Lombard #12"),
    ("mi casa está en {}", "3400 Eastern Avenue"),
    ("mi casa queda en {}", "3400 Eastern"),
    ("mi domicilio es {}", "avenida Eastern número 3400"),
]
NOT_PERSONAL = [
    "the plan runs 2018-2023",
    "the years 2018 2019 2020 2021",
    "fiscal 2019-2020",
    "between $102-122 million",
    "$4,105,550,134",
    "$4105550134",
    "1022000000 dollars",
    "31,133,000",
    "31133000",
    "is it 16,850 or 18,150 homes",
    "1.6 million",
    "3.1415926535",
    "call 311, 911 or 988",
    "from 911-2018",
    "ZIP 21202",
    "21202-1234",
    "K7M4-QX9T",
    "STATUS K7M4-QX9T",
    "03/16/2018",
    "03-16-2018",
    "16.03.2018",
    "2018-03-16",
    "from 8 a.m. to 5 p.m.",
    "800 MHz",
    "800-1,000 homes",
    "Council Bill 18-0234",
    "facts P01 and T10",
    "page 12 of 51",
    "in 2018 100,000 people",
    "1-2-3 4-5-6",
    "City Hall is at 100 Holliday Street",
    "250 City Hall",
    "the office is at 401 E. Fayette Street",
    "there is a pothole at 1234 N Charles St",
    "I live in 21224",
    "I live in 21224 and I like it",
    "I live in Baltimore",
    "I live on Charles Street",
    "I live on the 1200 block of N Charles St",
    "I live in 3 different places",
    "I live on 20 dollars a day",
    "I live 10 miles away",
    "I live at home with 3 kids and 2 dogs",
    "I've lived here for 40 years",
    "my house is 100 years old",
    "my home is 5 miles from the center",
    "my address is wrong in the 311 app",
    "I moved in 2018 from New York",
    "we live at the mercy of Comcast",
    "vivo en 2 casas",
    "vivo a 10 minutos",
    "vivo en Baltimore desde 2018",
    "mi casa es de 1920",
    "I met the mayor @ city hall",
    "see you @ 5.30",
    "tweet @MayorPugh50",
    "look at baltimorecity.gov",
    "the plan is at technology.baltimorecity.gov",
    "we are at 100 percent",
]
PUBLIC = ["(443) 263-2220", "443-263-2220", "+1 410-396-3835", "4103963330", "410.396.3100"]


def kinds(text):
    return mask(text).kinds


@pytest.mark.parametrize("written", EMAILS)
def test_an_email_address_is_masked_however_it_is_written(written):
    masked = mask(f"Write to {written}, thanks")
    assert masked.text == "Write to [email removed], thanks"
    assert masked.kinds == (Personal.EMAIL,)


def test_the_end_of_the_sentence_stays_when_an_email_is_masked():
    assert mask("My email is bob@gmail.com. Thanks").text == "My email is [email removed]. Thanks"


@pytest.mark.parametrize("written", PHONES)
def test_a_phone_number_is_masked_however_it_is_written(written):
    masked = mask(f"Call {written} after six")
    assert masked.text == "Call [phone number removed] after six"
    assert masked.kinds == (Personal.PHONE,)


@pytest.mark.parametrize(
    "text",
    [
        "call me at 555 0134",
        "my number is 503 7123 4567",
        "my WhatsApp is 503 7123 4567",
        "llámame al 555 0134",
        "mi celular es 7123 4567",
        "mi teléfono: 410 5550134",
        "tel:+1-410-555-0134",
        "cell 4105550134pls",
    ],
)
def test_a_number_that_is_called_a_phone_is_one(text):
    assert kinds(text) == (Personal.PHONE,)


def test_two_phone_numbers_are_both_masked():
    masked = mask("410-555-0134 or 443-555-0188")
    assert masked.text == "[phone number removed] or [phone number removed]"


@pytest.mark.parametrize("number", PUBLIC)
def test_a_public_number_of_the_city_stays(number):
    assert mask(f"Call {number} now").text == f"Call {number} now"


def test_a_private_number_beside_a_public_one_is_masked_alone():
    assert mask("(443) 263-2220, mine is 410-555-0134").text == (
        "(443) 263-2220, mine is [phone number removed]"
    )


def test_every_phone_number_of_the_knowledge_base_is_public():
    written = re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}-\d{4}\b")
    for file in (ROOT / "data" / "plan").rglob("*.yml"):
        for number in written.findall(file.read_text(encoding="utf-8")):
            assert re.sub(r"\D", "", number) in PUBLIC_NUMBERS, file.name


@pytest.mark.parametrize("written", CARDS)
def test_a_card_number_is_masked_however_it_is_grouped(written):
    masked = mask(f"My card {written} please")
    assert masked.text == "My card [card number removed] please"
    assert masked.kinds == (Personal.CARD,)


def test_a_card_number_is_found_with_an_expiry_date_and_a_code_behind_it():
    assert mask("4111 1111 1111 1111 12 26 123").text == "[card number removed] 12 26 123"
    assert mask("4111-1111-1111-1111 12/26").text == "[card number removed] 12/26"


def test_a_long_number_that_fails_the_card_check_is_no_card():
    assert Personal.CARD not in kinds("4111 1111 1111 1112")


@pytest.mark.parametrize("written", SSNS)
def test_a_social_security_number_is_masked(written):
    masked = mask(f"It is {written} ok")
    assert masked.text == "It is [social security number removed] ok"
    assert masked.kinds == (Personal.SSN,)


@pytest.mark.parametrize(
    "text",
    [
        "my ssn is 123456789",
        "SSN: 123456789",
        "my social is 123456789",
        "social security number 123456789",
        "mi seguro social es 123456789",
        "mi ITIN 912781234",
    ],
)
def test_nine_digits_that_are_called_a_social_security_number_are_one(text):
    assert kinds(text) == (Personal.SSN,)


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000"])
def test_a_number_that_is_never_given_out_is_no_social_security_number(number):
    assert Personal.SSN not in kinds(number)


@pytest.mark.parametrize(
    ("sentence", "address"), OWN_ADDRESSES, ids=[s.format(a) for s, a in OWN_ADDRESSES]
)
def test_the_writers_own_address_is_masked(sentence, address):
    masked = mask(sentence.format(address))
    assert masked.text == sentence.format("[address removed]")
    assert masked.kinds == (Personal.ADDRESS,)


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_what_is_not_personal_stays(text):
    assert mask(text).text == text
    assert find(text) == []


def test_several_kinds_are_told_in_the_order_they_come():
    masked = mask("I live at 12 Oak St, bob@x.com, 410-555-0134, 443-555-0188")
    assert masked.text == (
        "I live at [address removed], [email removed], [phone number removed], "
        "[phone number removed]"
    )
    assert masked.kinds == (Personal.ADDRESS, Personal.EMAIL, Personal.PHONE)


def test_labels_are_in_the_readers_language():
    assert mask("bob@x.com", "es").text == "[correo borrado]"
    assert mask("bob@x.com", "ko").text == "[email removed]"


def test_both_languages_have_a_label_for_every_kind():
    assert {language: set(labels) for language, labels in LABELS.items()} == {
        "en": set(Personal),
        "es": set(Personal),
    }


@pytest.mark.parametrize("language", LABELS)
def test_a_label_itself_is_never_masked(language):
    text = " and ".join(LABELS[language].values())
    assert mask(text, language).text == text


PIECES = st.sampled_from(
    [*EMAILS, *PHONES, *CARDS, *SSNS, *NOT_PERSONAL, *PUBLIC]
    + [sentence.format(address) for sentence, address in OWN_ADDRESSES]
    + ["my ssn is", "call me", "1", "22", "2018", "+", "-", "(", "@", ".com", " at "]
)


@given(
    st.lists(PIECES, max_size=6),
    st.sampled_from(["", " ", ", ", "-"]),
    st.sampled_from(["en", "es"]),
)
def test_masking_twice_changes_nothing(pieces, between, language):
    once = mask(between.join(pieces), language)
    twice = mask(once.text, language)
    assert twice.text == once.text
    assert twice.kinds == ()


@given(st.text(max_size=300))
def test_any_text_can_be_masked(text):
    assert isinstance(mask(text).text, str)


@pytest.mark.parametrize(
    "piece",
    [
        "1", "a", " ", "I live at ", "1-", "1 ", "a@", "a.", "bob@a.", "bob at x dot ", "410-555-0134 ",
        "4111 1111 ", "555 ", "ssn ", "vivo en calle ", "I live at 12 ", "my address ", "call me ", "(",
        "+1", "my ", "5/5/", "123-45-",
    ],
)  # fmt: skip
def test_a_long_text_is_searched_in_even_time(piece):
    assert growth(mask, (piece * 5000)[:5000]) < 8


@pytest.mark.parametrize("start", ["I live at", "vivo en calle", "my address is", "bob at", "ssn"])
def test_a_long_run_of_blanks_behind_the_first_words_is_no_trap(start):
    assert growth(lambda blanks: mask(start + blanks), " " * 5000) < 8
