"""What residents say while they give a comment, and how far they get."""

import re

from bot.language.messages import say as sentence

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
WORDS = {
    "en": {
        "begin": "I want to leave a comment", "topic": "education", "yes": "yes", "change": "change it",
        "comment": "Every school library should lend laptops.", "cancel": "cancel",
        "more": "And hotspots for the evenings too.", "question": "who led the plan?", "answer": "Frank Johnson",
        "opinion": "I think the plan forgets older people.", "file": "Yes, file it", "drop": "Cancel",
        "edit": "Change it", "record": "Record it", "no": "No, thanks", "unknown": "how many fax machines does the mayor own?",
    },
    "es": {
        "begin": "quiero dejar un comentario", "topic": "educación", "yes": "sí", "change": "cambiarlo",
        "comment": "Cada biblioteca escolar debería prestar computadoras.", "cancel": "cancelar",
        "more": "Y también internet para las tardes.", "question": "¿quién dirigió el plan?", "answer": "Frank Johnson",
        "opinion": "Creo que el plan olvida a los mayores.", "file": "Sí, enviarlo", "drop": "Cancelar",
        "edit": "Cambiarlo", "record": "Guardarlo", "no": "No, gracias", "unknown": "¿cuántas impresoras compró la ciudad para el plan?",
    },
}  # fmt: skip


async def begin(talk, words=WORDS["en"]):
    """Open the form."""
    await talk.say(words["begin"], "give_comment")


async def to_text(talk, words=WORDS["en"]):
    """Go as far as the question for the text."""
    await begin(talk, words)
    await talk.say(words["topic"], "ask_pillar", 0.4)


async def to_confirm(talk, words=WORDS["en"], **metadata):
    """Go as far as the read-back."""
    await to_text(talk, words)
    await talk.say(words["comment"], "opinion", **metadata)


STEPS = {"topic": begin, "text": to_text, "confirm": to_confirm}


def own(talk, key, **values):
    """A message of the assistant's own, in the conversation's language."""
    return sentence(key, talk.language, talk.channel, **values)
