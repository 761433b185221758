"""Which language a message is in: English, Spanish, neither, or what it was before."""

import pytest

from bot.language.detect import language_of

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
internet
yes
no thanks
help
thank you
lol ok
cancel
who is in charge of el plan
what does "rendición de cuentas" mean
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
nah
Baltimore doesn't have an internet plan for the poor does it
RobbinHood ransomware cost
800 MHz radio
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
    "Frank Johnson", "BCIT", "311", "2", "K7M4-QX9T", "ok", "OK", "Pugh", "2018-2023", "???", "👍", "...",
    "Catherine Pugh", "$102", "911", "StateTech", "CitiWatch", "no", "plan",
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
