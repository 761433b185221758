"""Questions about other cities: "does Philadelphia have a digital plan?" is not ours to answer."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from bot.language.gloss import fold
from bot.plan.model import Fact, Gap

PLACES = Path(__file__).resolve().parents[2] / "data" / "language" / "elsewhere.yml"


@lru_cache(maxsize=1)
def _place() -> re.Pattern[str]:
    names = yaml.safe_load(PLACES.read_text(encoding="utf-8"))
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{listed})(?![\w-])")


def is_about_elsewhere(text: str, entry: Fact | Gap) -> bool:
    """Whether a message names another place, which what was found for it does not speak of."""
    folded = fold(text)
    found = set(_place().findall(folded))
    if not found or re.search(
        r"\bbaltimore\b(?! county)", re.sub(r"condado de baltimore", "", folded)
    ):
        return False
    own = fold(
        " ".join([entry.answer.en, entry.answer.es, entry.title.en, *entry.asks.en, *entry.asks.es])
    )
    return not any(place in own for place in found)
