"""Four documents, enough to search in."""

from dataclasses import replace

from bot.plan.indexing import Document

DOCUMENTS = (
    Document(
        "pillars",
        (
            "what are the five pillars?",
            "list the pillars of the plan",
            "which pillars does the plan have",
            "¿cuáles son los cinco pilares?",
            "los pilares del plan",
        ),
        ("The plan has five pillars.", "El plan tiene cinco pilares."),
    ),
    Document(
        "money",
        (
            "how much does the plan cost?",
            "what is the budget of the plan",
            "price of the plan in dollars",
            "¿cuánto cuesta el plan?",
            "el presupuesto del plan",
        ),
        ("The plan costs $65 million.", "El plan cuesta $65 millones."),
    ),
    Document(
        "attack",
        (
            "what happened in the ransomware attack?",
            "when did hackers attack the city computers",
            "was the city hacked",
            "¿qué pasó en el ataque de ransomware?",
            "los piratas atacaron las computadoras",
        ),
        ("Ransomware hit city computers.", "Un ransomware atacó las computadoras."),
    ),
    Document(
        "comments",
        (
            "when did comments close?",
            "what was the deadline to comment",
            "last day to send a comment",
            "¿cuándo cerraron los comentarios?",
            "fecha límite para opinar",
        ),
        ("Comments closed in March.", "Los comentarios cerraron en marzo."),
    ),
)


def with_near_misses(**near_misses: tuple[str, ...]) -> list[Document]:
    return [replace(one, near_misses=near_misses.get(one.id, ())) for one in DOCUMENTS]


def with_follow_ups(**more: tuple[tuple[str, str], ...]) -> list[Document]:
    """The documents, of which "comments" leaves something unanswered."""
    known = [replace(one, follow_ups=more.get(one.id, ()), title=one.asks[0]) for one in DOCUMENTS]
    return [
        replace(one, unanswered=("were there many?",)) if one.id == "comments" else one
        for one in known
    ]
