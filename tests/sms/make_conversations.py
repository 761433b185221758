"""Write tests/sms/conversations.yml: 200 conversations by text, in both languages.

    .venv/bin/python -m tests.sms.make_conversations

Every comment, question and keyword stands here by hand; the scripts vary how they are put
together. A step is what a resident texts and what has to be in the reply: `has` all of it, `any`
one of it, `silent` nothing at all. `receipt: true` keeps the code in the reply for {receipt}.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.channels.sms.compile import as_sms
from bot.plan.load import load
from tests.sms.script_words import COMMENTS, GREETINGS, OPINIONS, QUESTIONS, SMALL_TALK

FILE = Path(__file__).with_name("conversations.yml")
Step = dict[str, Any]
FILED = {"en": "Your comment is recorded", "es": "Su comentario quedo guardado"}
DROPPED = {"en": "nothing was recorded", "es": "no se guardo nada"}
PROMPT = {"en": "Reply with your comment", "es": "Responda con su comentario"}
ASK_TO_FILE = {"en": "1 = file", "es": "1 = enviar"}
STOPPED = {"en": "opted out", "es": "Ya no recibira"}
STARTED = {"en": "opted in", "es": "Recibe otra vez"}
COMMENT = {"en": "COMMENT", "es": "COMENTARIO"}
STATUS = {"en": "STATUS", "es": "ESTADO"}
RECEIVED = {"en": "received", "es": "recibido"}
STOPS = {
    "en": ["STOP", "stop.", "Stop All", "UNSUBSCRIBE", "cancel", "END", "Quit!", "revoke",
           "OPTOUT", "opt out"],
    "es": ["PARAR", "alto", "Baja.", "STOP", "cancel", "ALTO!", "parar", "baja", "END", "Quit"],
}  # fmt: skip


def step(text: str, *has: str, **more: Any) -> Step:
    """One text and what the reply has to say."""
    return {"text": text} | ({"has": list(has)} if has else {}) | more


def start_of(language: str, fact: str) -> str:
    """How the SMS wording of a fact begins."""
    wording = as_sms(KNOWLEDGE.facts[fact].sms.in_(language))
    return wording[:30].rsplit(" ", 1)[0]


KNOWLEDGE = load()


def questions(language: str) -> Iterator[list[Step]]:
    """Two or three questions, in ever other company, some after a greeting."""
    asked = list(QUESTIONS[language].items())
    greetings = itertools.cycle(GREETINGS[language])
    for n in range(36):
        again = n // len(asked)
        shifts = (0, 7 + again, 13 + again)[: 2 + n % 2]
        picked = [asked[(n + shift) % len(asked)] for shift in shifts]
        steps = [step(text, start_of(language, fact)) for text, fact in picked]
        yield [step(next(greetings)), *steps] if n % 3 == 0 else steps


def comments(language: str) -> Iterator[list[Step]]:
    """The form in every way that residents go through it."""
    words = iter(COMMENTS[language])
    begin = {"en": ["COMMENT", "comment", "I want to leave a comment"],
             "es": ["COMENTARIO", "comentar", "quiero dejar un comentario"]}[language]  # fmt: skip
    yes = {"en": ["1", "yes", "YES", "ok"], "es": ["1", "sí", "si", "YES"]}[language]
    for n in range(10):
        yield [
            step(begin[n % 3], PROMPT[language], "0 ="),
            step(next(words), ASK_TO_FILE[language]),
            step(yes[n % 4], FILED[language], receipt=True),
            step(f"{STATUS[language]} {{receipt}}", "{receipt}", RECEIVED[language]),
        ]
    for n in range(5):
        first, more = next(words), next(words)
        yield [
            step(begin[n % 3], PROMPT[language]),
            step(first, ASK_TO_FILE[language]),
            step(more, ASK_TO_FILE[language]),
            step("1", FILED[language], receipt=True, filed=f"{first}\n{more}"),
        ]
    for n in range(5):
        yield [
            step(begin[n % 3], PROMPT[language]),
            *([step(next(words), ASK_TO_FILE[language])] if n % 2 else []),
            step("0", DROPPED[language]),
        ]
    for question, fact in itertools.islice(QUESTIONS[language].items(), 3):
        text = next(words)
        yield [
            step(begin[0], PROMPT[language]),
            step(question, start_of(language, fact)),
            step(text, ASK_TO_FILE[language]),
            step("1", FILED[language], receipt=True, filed=text),
        ]
    for opinion in OPINIONS[language]:
        yield [
            step(opinion, "1 ", "2 "),
            step("1", ASK_TO_FILE[language]),
            step("1", FILED[language], receipt=True, filed=opinion),
        ]
    number = {"en": "Call me at 410-555-0134.", "es": "Mi numero es 410-555-0134."}[language]
    removed = {"en": "Removed: a phone number", "es": "Se quito: un numero de teléfono"}[language]
    text = next(words)
    yield [
        step(begin[0], PROMPT[language]),
        step(f"{text} {number}", removed),
        step("1", FILED[language], receipt=True),
        step(f"{STATUS[language]} {{receipt}}", "{receipt}"),
    ]
    part = next(words)
    parts = [f"{n}. " + " ".join([part] * (1400 // len(part))) for n in (1, 2, 3)]
    yield [
        step(begin[0], PROMPT[language]),
        *(step(one, ASK_TO_FILE[language]) for one in parts),
        step("1", FILED[language], receipt=True, filed="\n".join(parts)),
    ]


def consent(language: str) -> Iterator[list[Step]]:
    """Opting out at every point, and coming back."""
    question, fact = next(iter(QUESTIONS[language].items()))
    for n, word in enumerate(STOPS[language]):
        before = [step(question, start_of(language, fact))]
        form = [step(COMMENT[language], PROMPT[language])]
        back = ["START", "UNSTOP", "YES"][n % 3]
        yield [
            *(before if n % 2 else []),
            *(form if n % 3 == 0 else []),
            step(word, STOPPED[language] if n % 2 or n % 3 == 0 or language == "en" else ""),
            step(question, silent=True),
            step(back, any=[STARTED["en"], STARTED["es"]]),
            step(question, start_of(language, fact)),
        ]


def the_rest(language: str) -> Iterator[list[Step]]:
    """Help, small talk, danger, other languages, pictures, emoji, nothing at all."""
    for texts, has in SMALL_TALK[language]:
        yield [step(text, any=has) for text in texts]


def main() -> None:
    """Write the file."""
    rows = []
    for language in ("en", "es"):
        for kind in (questions, comments, consent, the_rest):
            for number, steps in enumerate(kind(language), 1):
                name = f"{kind.__name__.replace('_', ' ')} {number}"
                rows.append({"name": name, "language": language, "steps": steps})
    for row in rows:
        for one in row["steps"]:
            one["has"] = [text for text in one.get("has", []) if text]
            if not one["has"]:
                del one["has"]
    text = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=100)
    FILE.write_text(f"# Made by tests/sms/make_conversations.py.\n{text}", "utf-8")
    print(f"{len(rows)} conversations, {sum(len(row['steps']) for row in rows)} texts")


if __name__ == "__main__":
    main()
