"""What the assistant says itself: complete in both languages, short, plain and used."""

import ast
import re
from string import Formatter

import pytest
import yaml

from bot import ROOT
from bot.language.clean import COMMENT_LIMIT, QUESTION_LIMIT
from bot.language.detect import SCRIPTS
from bot.language.gsm7 import size_of, to_gsm7
from bot.language.mask import Personal
from bot.language.messages import MESSAGES_DIR, keys, say, say_other
from bot.language.safety import Danger
from bot.plan.grade import grade_of

GRADE_LIMIT = 9
SMS_SEGMENTS = 2
EN, ES = keys("en"), keys("es")
OTHERS = yaml.safe_load((MESSAGES_DIR / "others.yml").read_text(encoding="utf-8"))
# Written for a connector that is not there yet; the test below shrinks this list.
AWAITED = {"show_spending"}
# As long as each gets; a value of the resident's own or the plan's is cut where it is put in.
LONGEST = {
    "en": {"topic": EN["topic_accountability"], "state": EN["visibility_hidden"]},
    "es": {"topic": ES["topic_accountability"], "state": ES["state_in_review"]},
}
VALUES = {
    "url": "https://plan.baltimorecity.gov/privacy",
    "contact": "311 or (410) 396-3100",
    "receipt": "K7M4-QX9T",
    "date": "September 30, 2026",
    "today": "September 30, 2026",
    "closed": "March 16, 2018",
    "limit": f"{COMMENT_LIMIT:,}",
    "length": f"{COMMENT_LIMIT:,}",
    "short": "x" * 60,
    "text": "x" * 60,
    "part": "x" * 60,
    "what": "x" * 200,
    "reply": "x" * 200,
    "number": "12",
    "title": "x" * 80,
    "decision": "accepted in part",
}


def texts(language):
    """Every text with its key and channel."""
    for key, entry in keys(language).items():
        if isinstance(entry, dict):
            yield from ((key, channel, text) for channel, text in entry.items())
        else:
            yield from ((key, channel, entry) for channel in ("web", "sms"))


def placeholders(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def filled(text, language):
    kinds = ", ".join(keys(language)[f"kind_{kind}"] for kind in list(Personal)[:2])
    return text.format(**VALUES, **LONGEST[language], kinds=kinds)


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(EN) == list(ES)


def test_every_key_is_a_word():
    """YAML reads a bare yes or no as true or false."""
    assert all(isinstance(key, str) for key in EN)


@pytest.mark.parametrize("key", EN)
def test_both_languages_have_the_same_channels_and_placeholders(key):
    channels = EN[key] if isinstance(EN[key], dict) else {"both": EN[key]}
    otras = ES[key] if isinstance(ES[key], dict) else {"both": ES[key]}
    assert set(channels) == set(otras)
    assert set(channels) in ({"web", "sms"}, {"both"})
    for channel, text in channels.items():
        assert placeholders(text) == placeholders(otras[channel]), channel


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_placeholder_is_one_that_the_code_fills(language):
    known = {*VALUES, *LONGEST[language], "kinds"}
    for key, _, text in texts(language):
        assert set(placeholders(text)) <= known, key


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_is_empty_or_has_loose_blanks(language):
    for key, _, text in texts(language):
        assert text and text == text.strip() and "  " not in text, key


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_has_a_dash_that_people_do_not_type(language):
    for key, _, text in texts(language):
        assert not re.search("[–—]", text), key


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_message_takes_at_most_two_segments(language):
    for key, channel, text in texts(language):
        if channel == "sms":
            assert size_of(to_gsm7(filled(text, language))).segments <= SMS_SEGMENTS, key


def test_an_english_sentence_reads_at_grade_nine_at_most():
    for key, channel, text in texts("en"):
        if re.search(r"[.!?]$", text):
            assert grade_of(re.sub(r"\{\w+\}", "it", text)) <= GRADE_LIMIT, (key, channel)


def test_spanish_does_not_mix_tú_with_usted():
    familiar = re.compile(
        r"\b(?:tú|tu|tus|tuyo|puedes|quieres|tienes|escribe|pregunta)\b", re.IGNORECASE
    )
    for key, _, text in texts("es"):
        assert not familiar.search(text.replace("una pregunta", "").replace("su pregunta", "")), key


def words_in_code():
    """Texts that stand alone in the code, and the beginnings of its f-strings."""
    whole, begun = set(), set()
    for folder in ("bot", "actions"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    whole.add(node.value)
                elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    begun.add(node.values[0].value)
    for page in sorted((ROOT / "bot").rglob("*.html")):
        whole |= set(re.findall(r"""["'](\w+)["']""", page.read_text(encoding="utf-8")))
    return whole, {start for start in begun if re.fullmatch(r"[a-z]+_", start)}


def is_used(key, whole, begun):
    return key in whole or any(key.startswith(start) for start in begun)


def test_every_message_is_used():
    whole, begun = words_in_code()
    unused = {key for key in EN if not is_used(key, whole, begun)}
    assert unused <= AWAITED


def test_no_message_that_is_awaited_is_missing():
    assert set(EN) >= AWAITED


def test_every_message_that_the_code_says_is_there():
    said = re.compile(r"""\bsay\(\s*"(\w+)\"""")
    for folder in ("bot", "actions"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for key in said.findall(file.read_text(encoding="utf-8")):
                assert key in EN, f"{file.name} says {key}"


@pytest.mark.parametrize("kind", Personal)
def test_every_kind_of_personal_data_has_a_name(kind):
    assert f"kind_{kind.value}" in EN


@pytest.mark.parametrize("danger", Danger)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_whoever_is_in_danger_is_told_to_call_911(danger, language, channel):
    assert "911" in say(danger.value, language, channel)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_whoever_wants_to_die_is_told_of_988(language, channel):
    assert "988" in say("crisis", language, channel)


def test_each_language_and_channel_has_its_own_wording():
    assert say("thanks", "en", "sms") == "You are welcome."
    assert say("thanks", "es", "web").startswith("Con mucho gusto.")
    assert say("no_thanks", "es", "sms") == say("no_thanks", "es", "web") == "No, gracias"


def test_a_language_that_is_not_spoken_gets_english():
    assert say("thanks", "ko") == say("thanks", "en")


def test_values_fill_the_placeholders():
    assert "1,000" in say("error_too_long", "en", limit=f"{QUESTION_LIMIT:,}")


def test_an_unknown_message_is_an_error():
    with pytest.raises(KeyError):
        say("no_such_message", "en")


@pytest.mark.parametrize("language", OTHERS)
def test_another_languages_sentence_gives_the_contact_once(language):
    assert placeholders(OTHERS[language]) == ["contact"]
    assert say_other(language, "311").count("311") == 1


def test_a_language_without_a_sentence_gets_none():
    assert say_other("xx", "311") is None


def test_english_and_spanish_have_no_sentence_of_their_own_there():
    assert not {"en", "es"} & set(OTHERS)


def test_the_languages_of_baltimores_access_plan_have_a_sentence():
    assert {"zh", "ko", "ar", "fr", "ru", "am", "tl", "vi", "hi"} <= set(OTHERS)
    assert set(OTHERS) - {"fr", "pt", "tl", "de", "it", "vi"} <= set(SCRIPTS.values())
