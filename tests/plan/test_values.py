"""Numbers, dates and names are found in a wording, in English and Spanish."""

import pytest

from bot.plan.values import date_is_declared, find, number


def numbers(text, language="en"):
    return set(find(text, language).numbers)


def dates(text, language="en"):
    return set(find(text, language).dates)


def names(text, language="en"):
    return list(find(text, language).names)


def in_both(cases):
    """Cases (English, Spanish, what is found) as one case per language, named by its text."""
    rows = [(en, "en", found) for en, _, found in cases] + [
        (es, "es", found) for _, es, found in cases
    ]
    return pytest.mark.parametrize(
        ("text", "language", "found"), rows, ids=[f"{row[1]}: {row[0]}" for row in rows]
    )


@in_both(
    [
        ("It has 48 parts.", "Tiene 48 partes.", {"48"}),
        ("It cost $105,000.", "Costó $105,000.", {"105000"}),
        ("They want 13,000, not 12.", "Quieren 13,000, no 12.", {"13000", "12"}),
        ("It costs $65 million.", "Cuesta $65 millones.", {"65000000"}),
        ("It costs $1 million.", "Cuesta $1 millón.", {"1000000"}),
        ("A $65-million plan.", "Un plan de 65 millones de dólares.", {"65000000"}),
        ("It costs 3.5 billion dollars.", "Cuesta 3.5 mil millones.", {"3500000000"}),
        ("It costs $18.2M.", "Cuesta $18.2M.", {"18200000"}),
        ("About 76K people.", "Unas 76K personas.", {"76000"}),
        ("About 10 thousand homes.", "Unos 10 mil hogares.", {"10000"}),
        ("Up 2.5%, or 40 % of all.", "Sube 2.5%, o un 40 % de todo.", {"2.5", "40"}),
        ("It is 2.50.", "Es 2.50.", {"2.5"}),
    ]
)
def test_a_figure_is_found_with_its_scale(text, language, found):
    assert numbers(text, language) == found


@in_both(
    [
        ("It cost $5 to $10 million.", "Costó de $5 a $10 millones.", {"5000000", "10000000"}),
        ("It cost $5-10 million.", "Costó $5-10 millones.", {"5000000", "10000000"}),
        ("It cost 1.5 – 2 million.", "Costó 1.5 – 2 millones.", {"1500000", "2000000"}),
        (
            "It cost between $5 and $10 million.",
            "Costó entre $5 y $10 millones.",
            {"5000000", "10000000"},
        ),
        ("It has 5 parks and 10 million.", "Tiene 5 parques y 10 millones.", {"5", "10000000"}),
        ("Between 5 and 10 homes.", "Entre 5 y 10 hogares.", {"5", "10"}),
        ("From 20% to 40%.", "De 20% a 40%.", {"20", "40"}),
    ]
)
def test_both_ends_of_a_range_are_found(text, language, found):
    assert numbers(text, language) == found


@in_both(
    [
        ("The five parts.", "Las cinco partes.", {"5"}),
        ("Twelve of nineteen.", "Doce de diecinueve.", {"12", "19"}),
        ("Twenty-one homes.", "Veintiún hogares.", {"21"}),
        ("Thirty-five homes.", "Treinta y cinco hogares.", {"35"}),
        ("Two and three homes.", "Dos y tres hogares.", {"2", "3"}),
        ("A hundred homes.", "Cien hogares.", {"100"}),
        ("Two hundred homes.", "Doscientas casas.", {"200"}),
        ("One hundred and twenty homes.", "Ciento veinte hogares.", {"120"}),
        ("Five million dollars.", "Cinco millones de dólares.", {"5000000"}),
        ("One million dollars.", "Un millón de dólares.", {"1000000"}),
        ("A thousand homes.", "Mil hogares.", {"1000"}),
        ("Two thousand homes.", "Dos mil hogares.", {"2000"}),
        ("A dozen homes.", "Una docena de hogares.", {"12"}),
        ("One of them said so.", "Uno de ellos lo dijo.", set()),
        ("A plan.", "Un plan.", set()),
        ("Thousands of people.", "Miles de personas.", set()),
    ]
)
def test_a_number_in_words_is_found(text, language, found):
    assert numbers(text, language) == found


@pytest.mark.parametrize(
    "phone",
    [
        "410-396-3835",
        "(410) 396-3835",
        "(410)396-3835",
        "410.396.3835",
        "410 396 3835",
        "1-410-396-3835",
        "+1 410 396 3835",
    ],
)
def test_a_phone_number_is_one_number_however_it_is_written(phone):
    assert numbers(f"Call {phone}, please.") == {"4103963835"}
    assert number(phone) == "4103963835"


def test_a_phone_number_that_ends_like_a_year_is_no_year():
    found = find("Call (410) 396-2018.", "en")
    assert found.numbers == {"4103962018"}
    assert found.dates == frozenset()


@pytest.mark.parametrize("service", ["311", "911", "988", "211"])
def test_a_service_number_is_a_name(service):
    assert numbers(f"Call {service} or the 5 offices.") == {"5"}


@in_both(
    [
        ("On March 16, 2018, it closed.", "El 16 de marzo de 2018 cerró.", {"2018-03-16"}),
        ("On March 6 2018.", "El 6 de marzo del 2018.", {"2018-03-06"}),
        ("On march 1st, 2018.", "El 1.º de marzo de 2018.", {"2018-03-01"}),
        ("On March 1.", "El primero de marzo.", {"--03-01"}),
        ("On May 7 it began.", "El 7 de mayo empezó.", {"--05-07"}),
        ("In May 2019.", "En mayo de 2019.", {"2019-05"}),
        ("In September of 2022.", "En septiembre del 2022.", {"2022-09"}),
        ("It began in May.", "Empezó en mayo.", {"--05"}),
        ("In spring 2018.", "En la primavera de 2018.", {"2018-spring"}),
        ("In the autumn of 2018.", "En el otoño de 2018.", {"2018-fall"}),
        ("In 2018.", "En 2018.", {"2018"}),
        ("From 2018-2023.", "De 2018-2023.", {"2018", "2023"}),
        ("In fiscal 2019.", "En el año fiscal 2019.", {"FY2019"}),
        ("In fiscal year 2019.", "En el año fiscal de 2019.", {"FY2019"}),
        ("In FY2019 and FY 2020.", "En FY2019 y FY 2020.", {"FY2019", "FY2020"}),
        ("In FY19.", "En FY19.", {"FY2019"}),
    ]
)
def test_a_date_is_found_with_its_precision(text, language, found):
    assert dates(text, language) == found
    assert numbers(text, language) == set()


@in_both(
    [
        ("On March 5-9, 2018.", "Del 5 al 9 de marzo de 2018.", {"2018-03-05", "2018-03-09"}),
        ("On March 5 and 9, 2018.", "El 5 y 9 de marzo de 2018.", {"2018-03-05", "2018-03-09"}),
        (
            "From May 7, 2019 to June 27, 2019.",
            "Del 7 de mayo de 2019 al 27 de junio de 2019.",
            {"2019-05-07", "2019-06-27"},
        ),
        (
            "From May 7 to June 27, 2019.",
            "Del 7 de mayo al 27 de junio de 2019.",
            {"--05-07", "2019-06-27"},
        ),
    ]
)
def test_both_ends_of_a_period_are_found(text, language, found):
    assert dates(text, language) == found
    assert numbers(text, language) == set()


def test_may_and_march_that_begin_a_question_are_no_months():
    assert dates("May I comment? March with us.") == set()


def test_a_sum_that_looks_like_a_year_is_no_date():
    found = find("It cost $2,018, or $2018.", "en")
    assert found.dates == frozenset()
    assert found.numbers == {"2018"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mayor Pugh's plan", ["Pugh"]),
        ("the plan of Mayor Catherine Pugh", ["Mayor", "Catherine", "Pugh"]),
        ("says Technical.ly.", ["Technical.ly"]),
        ("says Technical.ly, too", ["Technical.ly"]),
        ("Technical.ly's report", ["Technical.ly"]),
        ("A guide (About.com) and Baltimore.com say so", ["About.com", "Baltimore.com"]),
        ("in the U.S. it is", ["U.S"]),
        ("in the U.S. The plan", ["U.S"]),
        ("the U.S. Treasury", ["U.S", "Treasury"]),
        ("said T. Rowe Price", ["T", "Rowe", "Price"]),
        ("It says Dr. Scott knows", ["Dr", "Scott"]),
        ("Martin O'Malley and Bernard McKee", ["O'Malley", "Bernard", "McKee"]),
        ("It runs on an iPhone", ["iPhone"]),
        ("the Wi-Fi of Bmore", ["Wi-Fi", "Bmore"]),
        ("BCIT leads it", ["BCIT"]),
        ("RobbinHood came. StateScoop wrote.", ["RobbinHood", "StateScoop"]),
        ("It ends. The plan stays. We say: Good!", []),
        ("a 5G network for $18.2M in FY2019", []),
    ],
)
def test_a_name_is_found_in_an_english_text(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("el plan de la alcaldesa Pugh", ["Pugh"]),
        ("según Technical.ly y About.com", ["Technical.ly", "About.com"]),
        ("en EE. UU. El plan sigue", ["EE", "UU"]),
        ("el Tesoro de EE. UU.", ["Tesoro", "EE", "UU"]),
        ("¿Cuándo cerró? Reemplazó el sistema.", []),
        ("Accenture lo escribió. Gartner lo leyó.", ["Accenture", "Gartner"]),
        ("La oficina (Accenture) lo dice: Gartner sabe.", ["Accenture", "Gartner"]),
        ("Ángela Ñáñez", ["Ángela", "Ñáñez"]),
    ],
)
def test_a_name_is_found_in_a_spanish_text(text, found):
    assert names(text, "es") == found


@pytest.mark.parametrize(
    "address",
    [
        "311.baltimorecity.gov",
        "technology.baltimorecity.gov/call-action",
        "https://technology.baltimorecity.gov/Strategic%20Plan?year=2018",
        "bcit-2018@baltimorecity.gov",
    ],
)
def test_an_address_holds_no_value(address):
    found = find(f"See {address}. Then call 5 offices or read ({address}), says Pugh.", "en")
    assert found.numbers == {"5"}
    assert found.dates == frozenset()
    assert found.names == ("Pugh",)


def test_a_decimal_and_a_missing_blank_are_no_addresses():
    assert numbers("It is 2.5.So 3.5 it is.") == {"2.5", "3.5"}


@pytest.mark.parametrize(
    ("declared", "canonical"),
    [
        ("$65 million", "65000000"),
        ("65 millones", "65000000"),
        ("3.5 mil millones", "3500000000"),
        ("2.50%", "2.5"),
        ("13,000", "13000"),
        ("$18.2M", "18200000"),
        ("5", "5"),
    ],
)
def test_a_declared_number_has_the_same_form_as_a_found_one(declared, canonical):
    assert number(declared) == canonical
    assert numbers(f"It is {declared}.", "es") == {canonical}


@pytest.mark.parametrize(
    ("found", "declared", "allowed"),
    [
        ("2018-03-16", "2018-03-16", True),
        ("2018-03", "2018-03-16", True),
        ("2018", "2018-03-16", True),
        ("--03-16", "2018-03-16", True),
        ("--03", "2018-03-16", True),
        ("2019", "FY2019", True),
        ("2018-03-16", "2018-03", False),
        ("--03-15", "2018-03-16", False),
        ("--03", "2018", False),
        ("2019", "2018", False),
        ("FY2019", "2019", False),
        ("2018-spring", "2018-03", False),
    ],
)
def test_a_date_is_declared_by_one_that_says_at_least_as_much(found, declared, allowed):
    assert date_is_declared(found, frozenset({declared})) is allowed
