"""The knowledge base is checked: values, languages, lengths, reading grade, sources, coverage."""

import pytest

from bot.plan.check import GRADE_AVERAGE, GRADE_LIMIT, TITLE_LENGTH
from bot.plan.grade import grade_of
from bot.plan.model import LANGUAGES

TEXTS = ["title", "answer", "sms", "upcoming"]
CLOSE, MONEY, YEARS = 0, 1, 2
EACH_TEXT = pytest.mark.parametrize(
    ("key", "language"), [(key, language) for key in TEXTS for language in LANGUAGES]
)


def add(base, fact, key, language, words):
    """Put more words at the end of one text."""
    text = base["facts", fact, key, language].rstrip(".")
    base["facts", fact, key, language] = f"{text} {words}"


def told(base, *parts):
    """The one problem whose text holds all of these."""
    found = [p for p in base.problems() if all(part in p.what for part in parts)]
    assert len(found) == 1, "\n".join(map(str, base.problems()))
    return found[0]


def line_of(base, fact, key, language):
    return base.line("facts", f"- id: {base['facts', fact, 'id']}", f"{key}:", f"{language}:")


def test_a_good_knowledge_base_has_no_problem(base):
    assert base.problems() == []


# Values


@EACH_TEXT
@pytest.mark.parametrize(
    ("words", "number"),
    [
        ({"en": "with 48 phones.", "es": "con 48 teléfonos."}, "48"),
        ({"en": "for $3 million.", "es": "por $3 millones."}, "3000000"),
        ({"en": "by 7.5%.", "es": "un 7.5%."}, "7.5"),
        ({"en": "with twelve phones.", "es": "con doce teléfonos."}, "12"),
        ({"en": "with twenty-five phones.", "es": "con veinticinco teléfonos."}, "25"),
        ({"en": "at (410) 396-3835.", "es": "en el (410) 396-3835."}, "4103963835"),
    ],
    ids=["digits", "money", "percent", "word", "two words", "phone"],
)
def test_a_number_that_is_not_declared_is_told(base, key, language, words, number):
    add(base, CLOSE, key, language, words[language])
    problem = told(base, f"the number {number} stands in {key}.{language} but not in")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, CLOSE, key, language))
    assert problem.what.endswith("but not in values.numbers; declare it there or mend the text")


@EACH_TEXT
@pytest.mark.parametrize(
    ("words", "date"),
    [
        ({"en": "on June 5, 2019.", "es": "el 5 de junio de 2019."}, "2019-06-05"),
        ({"en": "in June 2019.", "es": "en junio de 2019."}, "2019-06"),
        ({"en": "in June.", "es": "en junio."}, "--06"),
        ({"en": "in summer 2019.", "es": "en el verano de 2019."}, "2019-summer"),
        ({"en": "in fiscal 2020.", "es": "en el año fiscal 2020."}, "FY2020"),
        ({"en": "in 2017.", "es": "en 2017."}, "2017"),
    ],
    ids=["day", "month", "month without a year", "season", "fiscal year", "year"],
)
def test_a_date_that_is_not_declared_is_told(base, key, language, words, date):
    add(base, CLOSE, key, language, words[language])
    problem = told(base, f"the date {date} stands in {key}.{language} but not in")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, CLOSE, key, language))
    assert problem.what.endswith("but not in values.dates; declare it there or mend the text")


@EACH_TEXT
@pytest.mark.parametrize("name", ["Accenture", "CitiStat", "Technical.ly", "O'Malley", "iPhone"])
def test_a_name_that_is_not_declared_is_told(base, key, language, name):
    add(base, CLOSE, key, language, f"{'with' if language == 'en' else 'con'} {name}.")
    problem = told(base, f"the name '{name}' stands in {key}.{language} but not in")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, CLOSE, key, language))
    assert problem.what.endswith("but not in values.names; declare it there or mend the text")


@pytest.mark.parametrize("name", ["Technical.ly", "About.com", "U.S. Treasury", "Jean O'Malley"])
def test_a_declared_name_may_stand_in_a_text(base, name):
    base["facts", YEARS, "values"] = {"names": [name]}
    base["facts", YEARS, "answer"] = {
        "en": f"The plan runs from 2018 to 2023, as {name} says. So {name}'s word is good.",
        "es": f"El plan va de 2018 a 2023, según {name}. Lo dice {name}.",
    }
    assert base.problems() == []


def test_a_declared_name_may_begin_a_sentence(base):
    base["facts", YEARS, "values"] = {"names": ["Accenture"]}
    base["facts", YEARS, "answer"] = {
        "en": "Accenture wrote the plan for 2018 to 2023.",
        "es": "Accenture escribió el plan para 2018 a 2023.",
    }
    assert base.problems() == []


def test_a_name_that_is_not_declared_is_told_at_the_beginning_of_a_spanish_sentence(base):
    base["facts", YEARS, "answer"] = {
        "en": "Accenture wrote the plan for 2018 to 2023.",
        "es": "Accenture escribió el plan para 2018 a 2023.",
    }
    assert "the name 'Accenture' stands in answer.es" in base.the_problem().what


@pytest.mark.parametrize(
    "address", ["311.baltimorecity.gov", "https://example.gov/Plan-2018?page=77", "bot@example.gov"]
)
def test_an_address_is_neither_a_number_nor_a_name(base, address):
    base["facts", YEARS, "answer"] = {
        "en": f"The plan runs from 2018 to 2023. See {address}.",
        "es": f"El plan va de 2018 a 2023. Vea {address}.",
    }
    assert base.problems() == []


def test_a_service_number_needs_no_declaring(base):
    add(base, YEARS, "answer", "en", "and you can call 311.")
    add(base, YEARS, "answer", "es", "y puede llamar al 311.")
    assert base.problems() == []


def test_a_date_may_be_told_less_exactly_than_it_is_declared(base):
    base["facts", CLOSE, "sms"] = {
        "en": "Comments closed in March 2018.",
        "es": "Los comentarios cerraron en marzo de 2018.",
    }
    assert base.problems() == []


def test_a_date_may_not_be_told_more_exactly_than_it_is_declared(base):
    base["facts", CLOSE, "values", "dates"] = ["2018-03"]
    del base["facts", CLOSE, "when"]
    assert "the date 2018-03-16 stands in" in base.problems()[0].what


def test_the_date_of_the_milestone_needs_no_declaring(base):
    base["facts", CLOSE, "values", "dates"] = []
    assert base.problems() == []


@pytest.mark.parametrize("key", ["answer", "sms"])
def test_other_numbers_in_english_than_in_spanish_are_told(base, key):
    base["facts", MONEY, "values", "numbers"] = ["$65 million", "$64 million", "2.5%", "5"]
    text = base["facts", MONEY, key, "es"]
    base["facts", MONEY, key, "es"] = text.replace("65", "64")
    problem = told(base, f"{key} has other numbers in English than in Spanish: 64000000, 65000000")
    assert problem.line == line_of(base, MONEY, key, "es")
    assert problem.what.endswith("; make the two agree")


@pytest.mark.parametrize("key", ["answer", "sms", "upcoming"])
def test_other_dates_in_english_than_in_spanish_are_told(base, key):
    base["facts", CLOSE, "values", "dates"] = ["2018-03-15", "2018-03-16"]
    text = base["facts", CLOSE, key, "es"]
    base["facts", CLOSE, key, "es"] = text.replace("16 de", "15 de")
    problem = told(
        base, f"{key} has other dates in English than in Spanish: 2018-03-15, 2018-03-16"
    )
    assert problem.line == line_of(base, CLOSE, key, "es")


def test_a_number_that_only_the_sms_has_is_told(base):
    base["facts", MONEY, "values", "numbers"] = ["$65 million", "2.5%", "5", "9"]
    add(base, MONEY, "sms", "en", "in 9 parts.")
    add(base, MONEY, "sms", "es", "en 9 partes.")
    problem = base.the_problem()
    assert problem.line == line_of(base, MONEY, "sms", "en")
    assert problem.what == (
        "plan-money: the SMS says 9, which the web answer does not; say it in both or in none"
    )


def test_a_date_that_only_the_sms_has_is_told(base):
    base["facts", CLOSE, "values", "dates"] = ["2018-03-16", "2018-02-01"]
    add(base, CLOSE, "sms", "en", "and opened on February 1, 2018.")
    add(base, CLOSE, "sms", "es", "y abrieron el 1 de febrero de 2018.")
    assert "the SMS says 2018-02-01, which the web answer does not" in base.the_problem().what


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ({"en": "of 2017", "es": "de 2017"}, "2017"),
        ({"en": "in 9 parts", "es": "en 9 partes"}, "9"),
    ],
)
def test_a_gap_that_gives_a_figure_is_told(base, words, value):
    for language in LANGUAGES:
        text = base["gaps", 0, "sms", language].rstrip(".")
        base["gaps", 0, "sms", language] = f"{text} {words[language]}."
    problem = told(base, f"{value} stands in sms.en")
    assert problem.file == base.file("gaps")
    assert problem.line == base.line("gaps", "sms:", "en:")
    assert problem.what.endswith("but a gap gives no figures; leave it out")


# Dates


@pytest.mark.parametrize("date", ["2018-02-30", "2018-13", "2018-00", "0000", "FY2019-03"])
def test_a_declared_date_that_does_not_exist_is_told(base, date):
    base["facts", CLOSE, "values", "dates"] = ["2018-03-16", date]
    problem = base.the_problem()
    assert (problem.file, problem.line) == (base.facts_file, base.line("facts", "values:", date))
    assert problem.what == f"comments-close: there is no such date as {date}; mend it"


@pytest.mark.parametrize("date", ["2018-02-30", "2018-13"])
def test_a_milestone_on_a_date_that_does_not_exist_is_told(base, date):
    base["facts", YEARS, "when", "end"] = date
    problem = base.the_problem()
    assert problem.line == base.line("facts", "- id: plan-years", "when:")
    assert f"there is no such date as {date}; mend it" in problem.what


def test_a_source_of_a_date_that_does_not_exist_is_told(base):
    base["sources", 0, "date"] = "2018-02-30"
    problem = base.the_problem()
    assert (problem.file, problem.line) == (base.file("sources"), base.line("sources", "date:"))
    assert problem.what == "city-page: there is no such date as 2018-02-30; mend it"


def test_a_milestone_of_another_precision_than_its_date_is_told(base):
    base["facts", CLOSE, "when", "precision"] = "month"
    assert "the precision of 2018-03-16 is day, not month" in base.the_problem().what


def test_a_milestone_without_a_date_is_told(base):
    base["facts", YEARS, "when"] = {"precision": "year"}
    assert "'when' needs a date, or a start and an end" in base.the_problem().what


def test_a_period_that_ends_before_it_starts_is_told(base):
    base["facts", YEARS, "when"] = {"start": "2023", "end": "2018", "precision": "year"}
    assert "the period ends (2018) before it starts (2023)" in base.the_problem().what


# Languages


@pytest.mark.parametrize(("fact", "key"), [(CLOSE, k) for k in ("answer", "sms", "upcoming")])
def test_spanish_left_in_english_is_told(base, fact, key):
    base["facts", fact, key, "es"] = base["facts", fact, key, "en"]
    problem = told(base, f"comments-close: the Spanish {key} looks English; translate it")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, fact, key, "es"))
    assert told(base, f"{key} is the same in English and Spanish; translate one")


@pytest.mark.parametrize(("fact", "key"), [(CLOSE, k) for k in ("answer", "sms", "upcoming")])
def test_english_left_in_spanish_is_told(base, fact, key):
    base["facts", fact, key, "en"] = base["facts", fact, key, "es"]
    problem = told(base, f"comments-close: the English {key} looks Spanish; translate it")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, fact, key, "en"))


def test_a_gap_left_in_english_is_told(base):
    base["gaps", 0, "answer", "es"] = "We do not know where the full text of the plan is."
    problem = base.the_problem()
    assert (problem.file, problem.line) == (base.file("gaps"), base.line("gaps", "answer:", "es:"))


def test_names_and_quoted_titles_may_stay_in_english(base):
    names = ["Visitor Center", "National Aquarium", "Shot Tower", "Hopkins Place"]
    base["facts", YEARS, "values"] = {"names": [*names, "Smart City"]}
    base["facts", YEARS, "sms"] = {
        "en": 'The "Smart City" report (chief information officer) says: ' + ", ".join(names) + ".",
        "es": 'El informe "Smart City" (chief information officer) dice: ' + ", ".join(names) + ".",
    }
    assert base.problems() == []


# Lengths and reading grade


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["sms", "upcoming"])
def test_an_sms_of_more_than_two_segments_is_told(base, key, language):
    more = {"en": "and all of them are read by people", "es": "y las personas leen todos ellos"}
    add(base, CLOSE, key, language, " ".join([more[language]] * 9) + ".")
    problem = told(base, "takes 3 segments with its source line; shorten it by")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, CLOSE, key, language))


def test_the_sms_problem_tells_how_much_is_too_much(base):
    room = 2 * 153 - 46
    start = "The plan runs from 2018 to 2023. "
    base["facts", YEARS, "sms", "en"] = start + "a" * (room - len(start))
    assert base.problems() == []
    base["facts", YEARS, "sms", "en"] = start + "a" * (room - len(start) + 7)
    assert base.the_problem().what.endswith("shorten it by 7 characters")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_that_is_too_long_is_told(base, language):
    base["facts", YEARS, "title", language] = "a" * TITLE_LENGTH
    assert base.problems() == []
    base["facts", YEARS, "title", language] = "a" * (TITLE_LENGTH + 1)
    problem = base.the_problem()
    assert (problem.file, problem.line) == (
        base.facts_file,
        line_of(base, YEARS, "title", language),
    )
    assert problem.what == "plan-years: the title is longer than 52 characters; shorten it"


def test_an_answer_that_is_hard_to_read_is_told(base):
    hard = (
        "Interdepartmental collaboration facilitates organizational transformation "
        "notwithstanding considerable infrastructural obsolescence from 2018 to 2023."
    )
    assert grade_of(hard) > GRADE_LIMIT
    base["facts", YEARS, "answer", "en"] = hard
    problem = told(base, "plan-years: the English answer reads at grade", "above 10")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, YEARS, "answer", "en"))
    assert problem.what.endswith("use shorter sentences and plainer words")


def test_answers_that_are_hard_to_read_on_average_are_told(base):
    for fact in (CLOSE, MONEY, YEARS):
        base["facts", fact, "answer", "en"] = (
            "The city wanted new computer systems for schools and families."
        )
    grade = grade_of(base["facts", CLOSE, "answer", "en"])
    assert GRADE_AVERAGE < grade <= GRADE_LIMIT
    problem = told(base, "on average, above 8; use plainer words, here first")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, CLOSE, "answer", "en"))


def test_a_spanish_answer_that_is_hard_to_read_is_told(base):
    base["facts", YEARS, "answer", "es"] = (
        "Transformación organizacional interdepartamental notwithstanding consideraciones "
        "infraestructurales administrativas de 2018 a 2023."
    ).replace("notwithstanding ", "")
    problem = told(base, "plan-years: the Spanish answer is hard to read", "below 40")
    assert (problem.file, problem.line) == (base.facts_file, line_of(base, YEARS, "answer", "es"))


def test_spanish_answers_that_are_hard_to_read_on_average_are_told(base):
    for fact in (CLOSE, MONEY, YEARS):
        base["facts", fact, "answer", "es"] = (
            "La ciudad necesitaba sistemas informáticos modernos para familias y escuelas."
        )
    told(base, "Spanish answers have an ease of", "on average, below 65")


# References


def test_a_source_that_does_not_resolve_is_told(base):
    base["facts", MONEY, "sources", 1, "id"] = "papers"
    problem = base.the_problem()
    assert (problem.file, problem.line) == (base.facts_file, base.line("facts", "- id: papers"))
    assert problem.what == "plan-money: no source is called 'papers'; add it to sources.yml"


def test_a_gap_near_a_fact_that_does_not_exist_is_told(base):
    base["gaps", 0, "near"] = ["plan-money", "plan-size"]
    problem = base.the_problem()
    assert (problem.file, problem.line) == (base.file("gaps"), base.line("gaps", "- plan-size"))
    assert "no fact is called 'plan-size'" in problem.what


def test_an_entry_of_the_fact_sheet_that_no_fact_covers_is_told(base):
    base["plan", "entries", "A"] = 4
    problem = base.the_problem()
    assert (problem.file, problem.line) == (base.file("plan"), base.line("plan", "A: 4"))
    assert problem.what == "entry A04 of the fact sheet is in the refs of no fact; write it"


@pytest.mark.parametrize("ref", ["A04", "A00", "B01"])
def test_an_entry_that_the_fact_sheet_does_not_have_is_told(base, ref):
    base["facts", YEARS, "refs"] = ["A03", ref]
    problem = base.the_problem()
    assert problem.line == base.line("facts", f"- {ref}")
    assert problem.what == f"plan-years: the fact sheet has no entry {ref}; mend it"


@pytest.mark.parametrize("ask", ["plan budget", "Plan budget?", "PLAN  BUDGET"])
def test_a_way_to_ask_for_two_facts_is_told(base, ask):
    base["facts", YEARS, "asks", "en"] = ["which years", "how long", ask]
    problem = base.the_problem()
    assert problem.line == base.line("facts", "- id: plan-years", f"- {ask}")
    assert problem.what == (
        f"plan-years: '{ask}' is also a way to ask for plan-money; keep it in one place"
    )


def test_a_way_to_ask_for_a_fact_and_a_gap_is_told(base):
    base["gaps", 0, "asks", "es"] = ["pdf", "documento", "presupuesto del plan"]
    problem = base.the_problem()
    assert problem.file == base.file("gaps")
    assert "is also a way to ask for plan-money" in problem.what


def test_a_name_of_two_things_is_told(base):
    base["entities", 1, "es"] = ["pugh"]
    problem = base.the_problem()
    assert problem.file == base.file("entities")
    assert problem.line == base.line("entities", "- id: program:citistat")
    assert "'pugh' is also a form of person:pugh" in problem.what


def test_problems_come_in_the_order_of_their_places(base):
    base["facts", YEARS, "title", "en"] = "a" * 60
    base["facts", CLOSE, "title", "es"] = "a" * 60
    base["gaps", 0, "title", "en"] = "a" * 60
    places = [(str(p.file), p.line) for p in base.problems()]
    assert places == sorted(places)
    assert len(places) == 3
