"""Receipt codes catch typing mistakes, and are found in what a resident writes."""

import pytest

from bot.comments.receipt import ALPHABET, BadReceipt, find_receipt, new_receipt, parse_receipt

CODES = [new_receipt() for _ in range(8)]


def is_refused(code):
    try:
        parse_receipt(code)
    except BadReceipt:
        return True
    return False


def test_a_new_code_is_two_groups_of_four():
    for code in CODES:
        first, dash, second = code.partition("-")
        assert (len(first), dash, len(second)) == (4, "-", 4)
        assert set(first + second) <= set(ALPHABET)


def test_a_new_code_is_its_own_canonical_form():
    for code in CODES:
        assert parse_receipt(code) == code


def test_new_codes_differ():
    assert len({new_receipt() for _ in range(2000)}) == 2000


def test_a_code_never_looks_like_a_word_a_year_or_a_phone_number():
    for _ in range(2000):
        for half in new_receipt().split("-"):
            assert any(c.isdigit() for c in half)
            assert any(c.isalpha() for c in half)


def test_every_single_wrong_character_is_caught():
    for code in CODES:
        for place, right in enumerate(code):
            if right == "-":
                continue
            for wrong in ALPHABET.replace(right, ""):
                assert is_refused(code[:place] + wrong + code[place + 1 :])


def test_every_swap_of_two_neighbours_is_caught():
    for code in CODES:
        plain = code.replace("-", "")
        for place in range(7):
            one, two = plain[place], plain[place + 1]
            if one != two:
                assert is_refused(plain[:place] + two + one + plain[place + 2 :])


def test_o_is_read_as_0_and_i_and_l_as_1():
    code = next(c for c in iter(new_receipt, None) if "0" in c and c.count("1") >= 2)
    typed = code.replace("0", "O").replace("1", "I", 1).replace("1", "l")
    assert parse_receipt(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code} \n",
        lambda code: " ".join(code.replace("-", "")),
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("-", " - ").lower(),
    ],
    ids=["small letters", "no dash", "blank", "blanks around", "spaced out", "long dash", "both"],
)
def test_a_code_may_be_typed_in_many_ways(typed):
    for code in CODES:
        assert parse_receipt(typed(code)) == code


@pytest.mark.parametrize(
    "garbage",
    ["", "-", "K7M4", "K7M4-QX9", "K7M4-QX9TT", "K7M4-QXUT", "K7M4-QX9ñ", "K7M4_QX9T", "hello",
     "'; DROP TABLE", "٣٣٣٣-٣٣٣٣", "K7M4-QX9T" * 100],
)  # fmt: skip
def test_garbage_is_refused(garbage):
    assert is_refused(garbage)


SENTENCES = [
    "{}",
    "status {}",
    "status {} please",
    "What became of my comment ({})?",
    "my code is {}.",
    "code {} from 2018, or was it 2018 2023?",
    "In 2018-2023 I wrote {}",
    "receipt#{}!",
    "¿qué pasó con mi comentario {}?",
    "I filed it on March 16 2018 under {} thanks",
    "call 410-396-3835 about {}",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "typed",
    [str, str.lower, lambda c: c.replace("-", " ").lower(), lambda c: c.replace("-", "")],
    ids=["as printed", "small letters", "blank", "no dash"],
)
def test_a_code_is_found_in_a_sentence_as_it_was_typed(sentence, typed):
    for code in CODES:
        found = find_receipt(sentence.format(typed(code)))
        assert found == typed(code)
        assert parse_receipt(found) == code


def test_the_example_of_the_help_text_is_found():
    assert find_receipt("status k7m4 qx9t please") == "k7m4 qx9t"


def test_a_code_with_an_o_for_its_0_is_found():
    code = next(c for c in iter(new_receipt, None) if "0" in c and set(c) & set("23456789"))
    typed = code.replace("0", "O")
    assert parse_receipt(find_receipt(f"what about {typed}?")) == code


def test_a_word_before_half_a_code_is_no_code():
    assert {find_receipt(f"my code {new_receipt()[:4].lower()}") for _ in range(500)} == {None}


def test_the_right_code_is_found_among_what_only_looks_like_one():
    code = new_receipt()
    assert find_receipt(f"not 9XX9-9XX8 but {code}") == code


@pytest.mark.parametrize("typed", ["K7M4-QX9A", "k7m4 qx9a", "K7M4QX9A", "K7M4-QXRT"])
def test_a_code_with_a_typing_mistake_is_found_so_that_it_can_be_told(typed):
    assert is_refused(typed)
    assert find_receipt(f"status of {typed} please") == typed


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "2018 2023",
        "2018-2023",
        "20182023",
        "the plan of 2018 2023",
        "plan 2018",
        "2018 plan",
        "July 2018 plan",
        "what became of my comment from June 2019?",
        "FY18 FY19",
        "FY18-FY19",
        "from 10am 11pm",
        "on the 10th 21st",
        "call 410-396-3835",
        "call (410) 396 3835",
        "4103963835",
        "1234-5678",
        "make sure that they know what this says",
        "well-made part-time long-term",
        "comments question feedback received",
        "WHAT DOES THIS PLAN MEAN",
        "estado de mi comentario",
        "para qué sirve este plan",
        "tell Bill Hill will fill",
        "K7M4",
        "K7M4QX9TK7M4",
    ],
)
def test_words_years_and_phone_numbers_are_no_codes(sentence):
    assert find_receipt(sentence) is None
