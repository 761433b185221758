"""A resident who speaks neither English nor Spanish: told so, shown a way, and heard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.channels.tokens import Signer
from bot.channels.turns import Incoming, Result, Turns
from bot.language.detect import language_of
from bot.language.messages import say_other
from bot.settings import Settings
from tests.actions.talk import Talk

ASKS = {
    "fr": "Quelles sont les cinq priorités du plan de la ville, s'il vous plaît ?",
    "zh": "这个城市计划的五大支柱是什么？",
    "ko": "이 도시 계획의 다섯 가지 기둥은 무엇입니까?",
    "ar": "ما هي الركائز الخمس لخطة المدينة؟",
    "ru": "Каковы пять основных направлений плана города?",
    "pt": "Quais são os cinco pilares do plano da cidade, você pode me dizer?",
    "am": "የከተማው እቅድ አምስቱ ምሰሶዎች ምንድን ናቸው?",
    "tl": "Ano po ang limang haligi ng plano ng lungsod?",
}
COMMENTS = {
    "fr": "Il faut plus d'ordinateurs dans les bibliothèques, et des cours pour les personnes âgées.",
    "zh": "请在图书馆多放一些电脑，并为老人开设课程。",
    "ar": "نحتاج إلى المزيد من أجهزة الكمبيوتر في المكتبات.",
}


@dataclass
class RealActions:
    """Stands in for Rasa: a typed message is not understood, a button's intent is its own."""

    talks: dict[str, Talk] = field(default_factory=dict)

    async def ask(
        self, conversation: str, text: str, metadata: dict[str, Any], intent: str | None = None
    ) -> list[dict[str, Any]]:
        talk = self.talks.setdefault(conversation, Talk(identity=conversation))
        talk.language, talk.channel = metadata["language"], metadata["channel"]
        more = {k: v for k, v in metadata.items() if k not in {"act", "language", "channel"}}
        confidence = 1.0 if intent else 0.1
        await talk.say(text, intent or "out_of_scope", confidence, metadata["act"], **more)
        return talk.heard


@pytest.fixture
def turns(on: Callable[[str], None], store, tmp_path: Path) -> Turns:
    on("2026-11-23")
    settings = Settings(data_dir=tmp_path, contact="410-396-0000")
    return Turns(settings, store, RealActions(), Signer(b"k" * 32))  # type: ignore[arg-type]


async def say(turns: Turns, text: str = "", after: Result | None = None, **more: str) -> Result:
    return await turns.handle(Incoming("web", text, after.conversation if after else None, **more))


def button(result: Result, number: int) -> str:
    return str(result.replies[-1]["buttons"][number]["token"])


@pytest.mark.parametrize("language", ASKS)
async def test_the_sentence_is_in_the_residents_own_language(turns, language) -> None:
    answer = await say(turns, ASKS[language])
    first = answer.replies[0]["text"].splitlines()[0]
    assert answer.status == "refused"
    assert first == say_other(language, "410-396-0000")
    assert language_of(first) == language
    assert "410-396-0000" in first


@pytest.mark.parametrize("language", COMMENTS)
async def test_a_comment_in_the_residents_own_language_is_recorded(turns, stored, language) -> None:
    offered = await say(turns, ASKS[language])
    begun = await say(turns, after=offered, button=button(offered, 0))
    asked = await say(turns, after=begun, button=button(begun, 1))
    read_back = await say(turns, COMMENTS[language], asked)
    assert COMMENTS[language] in read_back.replies[0]["text"]
    filed = await say(turns, after=read_back, button=button(read_back, 0))
    assert filed.replies[0]["receipt"]
    (comment,) = await stored()
    assert (comment.text, comment.language) == (COMMENTS[language], language)


async def test_a_short_message_keeps_the_conversations_language(turns) -> None:
    first = await say(turns, "¿Cuáles son los cinco pilares del plan?")
    assert (await say(turns, "ok", first)).language == "es"


async def test_one_word_switches_the_language(turns) -> None:
    first = await say(turns, "hello there, what is the plan?")
    assert (await say(turns, "español", first)).language == "es"
    assert (await say(turns, "english", first)).language == "en"
