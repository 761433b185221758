"""Which language a message is in: English, Spanish, neither, or what it was before."""

import pytest
import yaml

from bot import ROOT
from bot.language.detect import asked_switch, language_of, script_of, spanish_share

ENGLISH = """
What are the five pillars?
When were comments due?
wen r comments due
wats the plan
who wrote it
how much does the city spend on IT
hw much $$ did they spend
is the plan still going on
can i still comment
Does the plan include education?
what happened in the ransomware attack
tell me about 311
wifi in parks??
i want to leave a comment
the plan is a joke
why did Frank Johnson leave BCIT
Did Mayor Pugh resign?
yes
no thanks
help
thank you
lol ok
cancel
who is in charge of el plan
how do you say pillar in Spanish
does the plan help people in Highlandtown who speak Spanish
my name is José Hernández and I have a question
Is Leyla Bayram Layman the CIO?
Jet Lü was the DevOps director?
r u a real person
plz tell me abt broadband
gimme the dates
aint no internet on my block
public safety
quality of life
economic development and jobs
smart city committee
what's next
idk what this is
Baltimore doesn't have an internet plan for the poor does it
RobbinHood ransomware cost
how many emails did the mayor get
Its a waste of money
""".strip().split("\n")

SPANISH = """
¿Cuáles son los cinco pilares?
cuales son los cinco pilares
q son los 5 pilares
xq cerro
¿Cuándo se cerraron los comentarios?
cuando cerro
cuanto gasta la ciudad en tecnologia
¿Quién escribió el plan?
kien iso el plan
quien es el alcalde
donde puedo leer el plan
hola
buenos dias
gracias
si, por favor
sí
claro que si
no entiendo
ayuda por favor
quiero dejar un comentario
puedo comentar todavia
¿Sigue vigente el plan?
que paso con el ataque de ransomware
qué es BCIT
¿Quién es Frank Johnson?
Frank Johnson renunció?
la alcaldesa Pugh renuncio
que dice el plan sobre educacion
seguridad publica
calidad de vida
desarrollo economico y empleo
rendición de cuentas
cuanto costo
y despues que
dime mas
el internet en mi barrio no sirve
no ay internet en mi kasa
porfa digame las fechas
mi telefono es lento
los pilares del plan
tengo una pregunta sobre el 311
me puede ayudar
esta bien
cancelar
mas informacion
el plan es una burla
aki no ay wifi
tmb quiero saber del wifi
pa cuando
necesito hablar con una persona
¿Hay wifi gratis en los parques?
Smart City Committee que es
que es el Inclusive Digital Transformation Strategic Plan
tarjeta de la biblioteca
como se llama el director
""".strip().split("\n")

OTHERS = [
    ("fr", "Quels sont les cinq piliers du plan ?"),
    ("fr", "Bonjour, je voudrais savoir quand le plan a été publié"),
    ("fr", "combien la ville dépense-t-elle pour l'informatique"),
    ("pt", "Quais são os cinco pilares do plano?"),
    ("pt", "Você pode me dizer quanto a cidade gasta com tecnologia?"),
    ("pt", "não entendo o plano da prefeitura, você fala português?"),
    ("zh", "这个计划的五个支柱是什么？"),
    ("zh", "市政府什么时候公布计划"),
    ("zh", "BCIT 是什么"),
    ("ja", "この計画の五つの柱は何ですか"),
    ("ko", "이 계획의 다섯 가지 기둥은 무엇입니까?"),
    ("ko", "댓글을 남기고 싶어요"),
    ("ar", "ما هي الركائز الخمس للخطة؟"),
    ("ar", "متى ينتهي التعليق"),
    ("ru", "Какие пять столпов плана?"),
    ("ru", "сколько город тратит на технологии"),
    ("am", "የእቅዱ አምስት ምሰሶዎች ምንድን ናቸው?"),
    ("tl", "Ano ang limang haligi ng plano ng lungsod?"),
    ("tl", "Magkano ang ginagastos ng lungsod para sa teknolohiya?"),
    ("vi", "Năm trụ cột của kế hoạch là gì?"),
    ("vi", "thành phố chi bao nhiêu tiền cho công nghệ"),
    ("de", "Was sind die fünf Säulen des Plans?"),
    ("de", "Wie viel gibt die Stadt für Technologie aus?"),
    ("it", "Quali sono i cinque pilastri del piano?"),
    ("it", "Quanto spende la città per la tecnologia ogni anno?"),
    ("hi", "योजना के पाँच स्तंभ क्या हैं?"),
    ("el", "Ποιοι είναι οι πέντε πυλώνες;"),
    ("he", "מהם חמשת עמודי התוכנית?"),
    ("th", "เสาหลักห้าประการคืออะไร"),
    ("bn", "পরিকল্পনার পাঁচটি স্তম্ভ কী কী?"),
]

TELLS_NOTHING = [
    "Frank Johnson", "Frank Johnson?", "Catherine Pugh", "BCIT", "MOIT", "StateTech", "CitiWatch", "311", "911",
    "2", "2018-2023", "$102", "K7M4-QX9T", "800 MHz radio", "ok", "OK", "no", "nah", "plan", "internet", "wifi",
    "general", "???", "...", "👍", "", " ",
]  # fmt: skip


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_told_even_after_spanish(text):
    assert language_of(text) == "en"
    assert language_of(text, "es") == "en"


@pytest.mark.parametrize("text", SPANISH)
def test_spanish_is_told_even_after_english(text):
    assert language_of(text) == "es"
    assert language_of(text, "en") == "es"


@pytest.mark.parametrize(("code", "text"), OTHERS)
def test_another_language_is_told_by_its_script_or_its_words(code, text):
    assert language_of(text, "en") == code


@pytest.mark.parametrize("text", TELLS_NOTHING)
def test_what_tells_nothing_keeps_the_language_of_the_conversation(text):
    assert language_of(text, "es") == "es"
    assert language_of(text, "en") == "en"
    assert language_of(text) == "en"


MIXED = [
    ("es", "Frank Johnson renunció?"),
    ("es", "quien es Leyla Bayram Layman"),
    ("es", "task force smarter city desde cuando"),
    ("es", "diferencia entre chief digital officer y chief data officer"),
    ("es", "que es cloud first"),
    ("es", "el budget del IT department"),
    ("es", "necesito el link del plan"),
    ("en", "who is in charge of rendición de cuentas"),
    ("en", "Tell me about los cinco pilares"),
    ("en", "did José vote for it"),
    ("en", "is there a taquería near El Salvador Consulate"),
    ("en", "I live near Los Angeles"),
]


@pytest.mark.parametrize(("code", "text"), MIXED)
def test_names_of_one_language_inside_the_other_do_not_change_it(code, text):
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "WHAT ARE THE FIVE PILLARS",
        "What Are The Five Pillars",
        "Who Is Frank Johnson",
    ],
)
def test_capitals_and_titles_are_read_as_words_too(text):
    assert language_of(text, "es") == "en"


@pytest.mark.parametrize("text", ["QUIEN ES EL ALCALDE", "Quien Es El Alcalde"])
def test_spanish_in_capitals_is_spanish(text):
    assert language_of(text, "en") == "es"


@pytest.mark.parametrize(
    "text",
    [
        "español",
        "Español",
        "espanol",
        "ESPAÑOL!",
        "spanish",
        "Spanish please",
        "in Spanish",
        "in spanish pls",
        "en español",
        "en español, por favor",
        "en espanol porfa",
        "español por favor",
        "do you speak Spanish?",
        "can you speak spanish",
        "can u switch to spanish",
        "¿habla español?",
        "hablas espanol",
        "¿Se habla español?",
        "quiero español",
        "cambiar a español",
        "castellano",
        "espan\u0303ol",
    ],
)
def test_whoever_asks_for_spanish_gets_it(text):
    assert asked_switch(text) == "es"
    assert language_of(text, "en") == "es"


@pytest.mark.parametrize(
    "text",
    [
        "english",
        "English!",
        "in English please",
        "English, please",
        "inglés",
        "en ingles",
        "en inglés por favor",
        "speak english",
        "switch to English",
        "answer in English",
        "hablas inglés?",
        "do you speak english",
    ],
)
def test_whoever_asks_for_english_gets_it(text):
    assert asked_switch(text) == "en"
    assert language_of(text, "es") == "en"


@pytest.mark.parametrize(
    "text",
    [
        "is the plan in Spanish?",
        "are there Spanish speakers at BCIT",
        "Spanish speakers need help",
        "¿el plan está en inglés?",
        "English classes at the library",
        "quiero aprender inglés en la biblioteca",
        "hola",
        "",
    ],
)
def test_a_question_about_a_language_asks_for_no_switch(text):
    assert asked_switch(text) is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("zh", "BCIT 是什么"),
        ("ru", "кто такой Frank Johnson"),
        ("ko", "BCIT는 무엇입니까"),
        ("am", "BCIT ምንድን ነው"),
        ("ar", "ما هو BCIT"),
        ("ja", "BCITとは何ですか"),
    ],
)
def test_a_latin_name_does_not_hide_another_script(code, text):
    assert script_of(text) == code


@pytest.mark.parametrize(
    "text", ["What does 是 mean in the plan?", "hello", "2018", "", "π is 3.14", "¿Qué?"]
)
def test_latin_text_has_no_script_of_its_own(text):
    assert script_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "duetsch foundaton internet reprot",
        "helpdesk tickets per yr bcit",
        "exakt dayt of 2018 dispach attack",
        "how meny datasets on opan baltimor",
        "leila leyman bcit cheif",
        "asdf qwer zxcv uiop",
    ],
)
def test_misspelled_english_is_not_taken_for_another_language(text):
    assert language_of(text, "en") == "en"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("What are the five pillars?", 0, 0),
        ("¿Cuáles son los cinco pilares?", 1, 1),
        ("el budget del department", 0.5, 0.9),
        ("the plan de la ciudad", 0.5, 0.9),
    ],
)
def test_the_share_of_spanish_is_between_none_and_all(text, low, high):
    assert low <= spanish_share(text) <= high


@pytest.mark.parametrize("text", ["BCIT", "2018", "", "no", "Frank Johnson"])
def test_without_a_telling_word_there_is_no_share(text):
    assert spanish_share(text) is None


def test_a_previous_language_that_is_not_spoken_counts_as_none():
    assert language_of("ok", "fr") == "en"


def in_facts(language):
    """Ways to ask and answers of the knowledge base in one language."""
    for file in sorted((ROOT / "data" / "plan" / "facts").glob("*.yml")):
        for fact in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield from fact.get("asks", {}).get(language, [])
            yield fact["answer"][language]


@pytest.mark.parametrize("language", ["en", "es"])
def test_nearly_all_of_the_knowledge_base_is_told_right_without_a_hint(language):
    texts = list(in_facts(language))
    wrong = [text for text in texts if language_of(text) != language]
    assert len(wrong) <= len(texts) / 100, wrong


@pytest.mark.parametrize(("before", "now"), [("es", "en"), ("en", "es")])
def test_nearly_all_of_the_knowledge_base_is_told_right_after_the_other_language(before, now):
    texts = list(in_facts(now))
    wrong = [text for text in texts if language_of(text, before) != now]
    assert len(wrong) <= len(texts) * 0.025, wrong


@pytest.mark.parametrize("text", ["s h u t  u p  y o u", "drawkcab tup si txet"])
def test_spelled_out_or_reversed_words_say_nothing_of_the_language(text: str) -> None:
    assert spanish_share(text) is None
