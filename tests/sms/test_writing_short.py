"""Replies compiled for SMS: pages, MORE, numbers, sources, encodings."""

import pytest

from bot.channels.sms.choices import choice_in
from bot.channels.sms.compile import as_sms, compile_reply, pages_of
from bot.language.gsm7 import size_of
from bot.plan.answer import Answer, Button
from bot.plan.model import Status
from tests.channels.fake_assistant import reply
from tests.sms.phone import Phone

SENTENCE = "The city said that the plan rests on five pillars and many strategies. "


def spoken(text, buttons=(), sources=()):
    shown = [{"title": title, "token": f"t{n}"} for n, title in enumerate(buttons, 1)]
    found = [{"fact": "five-pillars", "title": "x", "url": url, "page": None} for url in sources]
    return [{"text": text, "buttons": shown, "sources": found}]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("sentences", [1, 4, 5, 9, 30])
def test_no_page_takes_more_than_two_segments_and_no_word_is_lost(language, sentences):
    text = (SENTENCE * sentences).strip()
    pages = pages_of(text, language)
    assert all(size_of(page).segments <= 2 for page in pages)
    hint = "MAS = lo que sigue" if language == "es" else "MORE = the rest"
    assert all(page.endswith(hint) for page in pages[:-1])
    assert " ".join(page.removesuffix(hint).strip() for page in pages) == text


def test_a_page_ends_after_a_sentence():
    first, *_ = pages_of((SENTENCE * 6).strip(), "en")
    assert first.removesuffix("MORE = the rest").rstrip().endswith(".")


def test_a_text_without_blanks_is_cut_all_the_same():
    pages = pages_of("x" * 1000, "en")
    assert all(size_of(page).segments <= 2 for page in pages)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("¿Cuándo? ¡Mañana! á í ó ú é ñ ü", "¿Cuándo? ¡Mañana! á í ó ú é ñ ü".translate(
            str.maketrans("áíóú", "aiou")
        )),
        ("“Smart” – it’s 10€ …", "\"Smart\" - it's 10€ ..."),
        ("park 🌳 bench", "park  bench"),
    ],
)  # fmt: skip
def test_accents_that_would_cost_half_of_the_room_go_and_the_others_stay(text, sent):
    assert as_sms(text) == sent
    assert size_of(as_sms(text)).encoding == "GSM-7"


def test_another_script_is_kept_in_ucs_2():
    text = "Пожалуйста, позвоните 311."
    assert as_sms(text) == text
    assert all(size_of(page).segments <= 2 for page in pages_of(text * 20, "en"))


def test_buttons_are_one_numbered_list():
    compiled = compile_reply(spoken("Which of these?", ["The money", "The people"]), "en")
    assert compiled.pages == ("Which of these?\n1 The money\n2 The people",)
    assert compiled.choices == ("t1", "t2")


def test_a_question_keeps_its_choices_together_on_a_page():
    titles = [f"A rather long title of a choice, number {n}" for n in range(1, 5)]
    compiled = compile_reply(spoken(SENTENCE * 4, titles), "en")
    assert all(size_of(page).segments <= 2 for page in compiled.pages)
    assert all(title in compiled.pages[-1] for title in titles)


def test_what_only_leads_on_from_an_answer_is_left_out_where_it_costs_a_segment():
    url = ["https://www.example.gov/a"]
    assert compile_reply(spoken(SENTENCE, ["Another matter " * 6], url), "en").choices == ()
    assert compile_reply(spoken(SENTENCE, ["Another matter"], url), "en").choices == ("t1",)


def test_the_source_is_one_short_line():
    url = ["https://www.example.gov/a/b", "https://other.example.org/x"]
    assert compile_reply(spoken("Yes.", (), url), "en").pages == ("Yes.\nSource: example.gov +1",)
    with_page = compile_reply(spoken("Sí.", (), url), "es", "https://plan.example.gov")
    assert with_page.pages == ("Si.\nFuente: https://plan.example.gov/f/five-pillars",)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("2", 2), ("2.", 2), ("#2", 2), ("two", 2), ("Two!", 2), ("the second", 2), ("2nd", 2),
        ("the second one", 2), ("option 2", 2), ("number two please", 2), ("la segunda", 2),
        ("dos", 2), ("el 2", 2), ("la opción 2, por favor", 2), ("the first one", 1), ("uno", 1),
        ("the last one", 3), ("la última", 3), ("one", 1), ("tercero", 3),
        ("4", None), ("0", None), ("22", None), ("2 or 3", None), ("two cameras", None),
        ("second thoughts about it", None), ("", None), ("x" * 50, None), ("2 3", None),
    ],
)  # fmt: skip
def test_a_number_in_figures_or_words_chooses(text, picked):
    assert choice_in(text, 3) == picked


def test_nothing_to_choose_from_is_no_choice():
    assert choice_in("1", 0) is None


async def test_more_gives_the_rest_and_then_asks_the_assistant(client, fake):
    phone = Phone(client)
    await phone.text("HELP")
    long = (SENTENCE * 9).strip()
    fake.replies = [reply(Answer(Status.ANSWERED, long, ("five-pillars",)))]
    heard = [await phone.text("tell me all")]
    for word in ("MORE", "more.", "Más", "mas")[: len(pages_of(long, "en"))]:
        if heard[-1].endswith("MORE = the rest"):
            heard.append(await phone.text(word))
    said = " ".join(" ".join(heard).replace("MORE = the rest", "").split())
    assert long in said
    assert len(fake.heard) == 1
    await phone.text("MORE")
    assert fake.last["text"] == "MORE"


async def test_a_number_presses_the_button(client, fake):
    phone = Phone(client)
    buttons = (Button("The money", "fact", "it-budget"), Button("Ask", "intent", "give_comment"))
    fake.replies = [reply(Answer(Status.CLARIFY, "Which?", buttons=buttons))]
    await phone.text("hm")
    await phone.text("the second")
    assert fake.last["intent"] == "give_comment"
    await phone.text("uno")
    assert fake.last["metadata"]["act"] == {"kind": "fact", "value": "it-budget"}


async def test_a_number_without_choices_is_plain_text(client, fake):
    phone = Phone(client)
    fake.replies = [reply(Answer(Status.ANSWERED, "Yes."))]
    await phone.text("hm")
    await phone.text("2")
    assert fake.last["text"] == "2" and fake.last["intent"] is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("COMMENT", "give_comment"), ("comentario.", "give_comment"),
        ("STATUS K7M4-QX9T", "comment_status"), ("estado k7m4qx9t", "comment_status"),
        ("K7M4-QX9T", "comment_status"), ("status", "comment_status"),
        ("Status of the plan in 2020", None), ("comment on cameras", None),
    ],
)  # fmt: skip
async def test_words_that_mean_something_by_themselves(client, fake, text, intent):
    await Phone(client).text(text)
    assert fake.last["intent"] == intent
    assert fake.last["text"] == text
