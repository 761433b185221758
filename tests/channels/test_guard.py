"""What comes before the assistant: personal data is masked, danger is answered, language is told."""

import pytest

from tests.channels.fake_assistant import COMMENT_FORM, reply

# Personal data


async def test_personal_data_is_masked_before_the_assistant_hears_it(say, fake, recorded):
    result = await say(
        "my email is ana.lopez@example.org and my phone is 410-555-0134, who led the plan?"
    )
    assert "ana.lopez" not in fake.last["text"]
    assert "555" not in fake.last["text"]
    assert fake.last["metadata"]["masked"] == ["email", "phone"]
    turn = await recorded(result)
    assert turn.question == fake.last["text"]
    assert turn.masked == ["email", "phone"]


async def test_nothing_personal_is_in_the_database_file(say, turns, tmp_path):
    await say("my email is ana.lopez@example.org and my phone is 410-555-0134, who led the plan?")
    await turns.store.close()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(b"who led the plan?" in file.read_bytes() for file in files)
    for file in files:
        assert b"ana.lopez" not in file.read_bytes()
        assert b"555-0134" not in file.read_bytes()


async def test_a_hidden_character_does_not_hide_personal_data(say, fake):
    await say("write to ana.lo\u200bpez@exam\u00adple.org about the plan please")
    assert "[email removed]" in fake.last["text"]


async def test_a_mask_speaks_the_residents_language(say, fake):
    await say("mi correo es ana@example.org, ¿quién dirigió el plan?")
    assert "[correo borrado]" in fake.last["text"]


# Danger


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("my house is on fire", "en", "911"),
        ("I want to kill myself", "en", "988"),
        ("mi casa se está quemando", "es", "911"),
        ("quiero suicidarme", "es", "988"),
    ],
)
async def test_danger_is_answered_without_the_assistant(
    say, fake, text, language, number, recorded
):
    await fake.server.close()
    result = await say(text)
    assert (result.status, result.language) == ("safety", language)
    assert number in result.replies[0]["text"]
    assert "911" in result.replies[0]["text"]
    assert (await recorded(result)).status == "safety"


async def test_danger_in_the_middle_of_a_comment_is_answered_and_the_comment_goes_on(say, fake):
    fake.replies = [COMMENT_FORM]
    first = await say("I want to leave a comment")
    result = await say("my house is on fire", first.conversation)
    assert result.status == "safety"
    assert result.expects == "comment"
    assert len(fake.heard) == 1


async def test_danger_comes_before_the_length(say, fake):
    result = await say("I want to kill myself. " + "Nobody ever listens to me at all. " * 40)
    assert result.status == "safety"
    assert "988" in result.replies[0]["text"]


# Language


async def test_each_message_is_answered_in_its_language(say, fake):
    first = await say("¿cuáles son los cinco pilares del plan?")
    assert (first.language, fake.last["metadata"]["language"]) == ("es", "es")
    second = await say("how much money does the city spend?", first.conversation)
    assert (second.language, fake.last["metadata"]["language"]) == ("en", "en")


async def test_a_message_that_does_not_tell_keeps_the_language(say):
    first = await say("¿cuáles son los cinco pilares del plan?")
    assert (await say("BCIT", first.conversation)).language == "es"


async def test_a_first_message_that_does_not_tell_is_in_the_pages_language(say):
    assert (await say("BCIT", language="es")).language == "es"
    assert (await say("BCIT", language="en")).language == "en"


async def test_a_comment_keeps_the_language_of_its_form(say, fake):
    fake.replies = [COMMENT_FORM]
    first = await say("quiero dejar un comentario sobre el plan")
    result = await say("The parks should have free internet for everyone.", first.conversation)
    assert result.language == "es"
    assert fake.last["metadata"]["comment_language"] == "en"


async def test_a_language_asked_for_is_spoken_even_in_the_form(say, fake):
    fake.replies = [COMMENT_FORM]
    first = await say("quiero dejar un comentario sobre el plan")
    assert (await say("in English please", first.conversation)).language == "en"


async def test_a_reply_may_name_the_language_from_now_on(say, fake):
    fake.replies = [reply(language="es")]
    first = await say("can you speak the other one?")
    fake.replies = [reply()]
    assert first.language == "es"
    assert (await say("ok", first.conversation)).language == "es"


OTHER = {
    "fr": "Bonjour, quels sont les cinq piliers du plan numérique ?",
    "zh": "五大支柱是什么？",
    "ko": "다섯 가지 기둥은 무엇입니까?",
    "ar": "ما هي الركائز الخمس للخطة؟",
    "ru": "Каковы пять столпов плана?",
    "pt": "Quais são os cinco pilares do plano digital da cidade?",
    "am": "አምስቱ ምሰሶዎች ምንድን ናቸው?",
    "tl": "Ano ang limang haligi ng plano ng lungsod?",
}
TELLS = {
    "fr": "Je réponds seulement", "zh": "我只能用", "ko": "저는 영어와", "ar": "يمكنني الإجابة",
    "ru": "Я отвечаю только", "pt": "Só posso responder", "am": "መልስ መስጠት", "tl": "Sa Ingles at Espanyol",
}  # fmt: skip


@pytest.mark.parametrize("code", OTHER)
async def test_another_language_gets_a_sentence_in_it_and_a_way_to_comment(say, fake, code):
    result = await say(OTHER[code])
    assert result.status == "refused"
    assert result.replies[0]["text"].startswith(TELLS[code])
    assert "311" in result.replies[0]["text"]
    assert fake.heard == []
    (button,) = result.replies[0]["buttons"]
    await say(conversation=result.conversation, button=button["token"])
    assert fake.last["intent"] == "give_comment"


@pytest.mark.parametrize("code", OTHER)
async def test_a_comment_in_another_language_is_passed_on(say, fake, code):
    fake.replies = [COMMENT_FORM]
    first = await say("I want to leave a comment")
    result = await say(OTHER[code], first.conversation)
    assert fake.last["text"] == OTHER[code]
    assert fake.last["metadata"]["comment_language"] == code
    assert result.language == "en"


async def test_a_picture_in_the_middle_of_a_comment_does_not_end_it(say, fake):
    fake.replies = [COMMENT_FORM]
    first = await say("I want to leave a comment")
    assert (await say("🙂", first.conversation)).expects == "comment"
    await say(OTHER["fr"], first.conversation)
    assert fake.last["text"] == OTHER["fr"]
