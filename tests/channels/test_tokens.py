"""Ids and tokens can't be forged, changed, or used anywhere but where they were given."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tokens import ForgedToken, Signer

OURS = Signer(b"our key")
ACT = {"kind": "form", "value": "topic:education"}


def test_a_conversation_is_known_again():
    token = OURS.new_conversation("web")
    identity = OURS.conversation(token, "web")
    assert token.startswith(identity)
    assert OURS.conversation_token(identity, "web") == token


def test_no_two_conversations_have_the_same_id():
    assert len({OURS.new_conversation("web") for _ in range(1000)}) == 1000


def test_a_conversation_id_has_more_letters_than_anyone_can_guess():
    identity = OURS.conversation(OURS.new_conversation("web"), "web")
    assert len(identity) == 24


def test_a_conversation_of_one_channel_is_none_of_another():
    token = OURS.new_conversation("web")
    with pytest.raises(ForgedToken):
        OURS.conversation(token, "sms")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "made-up",
        "made-up.",
        ".made-up",
        "made-up.AAAAAAAAAAAAAAAA",
        "a.b.c",
        "\ud800.\udfff",
        "é.ñ",
        "\x00",
    ],
)
def test_a_made_up_conversation_is_refused(token):
    with pytest.raises(ForgedToken):
        OURS.conversation(token, "web")


def test_a_conversation_without_its_signature_is_refused():
    identity = OURS.conversation(OURS.new_conversation("web"), "web")
    with pytest.raises(ForgedToken):
        OURS.conversation(identity, "web")


def test_one_changed_character_anywhere_breaks_a_conversation():
    token = OURS.new_conversation("web")
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(ForgedToken):
            OURS.conversation(token[:place] + other + token[place + 1 :], "web")


def test_something_added_breaks_a_conversation():
    token = OURS.new_conversation("web")
    for changed in (token + "A", "A" + token, token + ".", token + " ", token[:-1]):
        with pytest.raises(ForgedToken):
            OURS.conversation(changed, "web")


def test_two_fronts_with_one_key_know_each_others_conversations():
    assert Signer(b"our key").conversation(OURS.new_conversation("web"), "web")


def test_a_front_with_another_key_does_not():
    with pytest.raises(ForgedToken):
        Signer(b"their key").conversation(OURS.new_conversation("web"), "web")


def test_a_pressed_button_tells_what_it_does_and_its_title():
    token = OURS.button("talk-1", ACT, "Educación 🎓")
    assert OURS.pressed("talk-1", token) == (ACT, "Educación 🎓")


def test_a_button_belongs_to_its_conversation():
    token = OURS.button("talk-1", ACT, "Education")
    with pytest.raises(ForgedToken):
        OURS.pressed("talk-2", token)


def test_two_fronts_with_one_key_know_each_others_buttons():
    token = OURS.button("talk-1", ACT, "Education")
    assert Signer(b"our key").pressed("talk-1", token)[0] == ACT
    with pytest.raises(ForgedToken):
        Signer(b"their key").pressed("talk-1", token)


def test_one_changed_character_anywhere_breaks_a_button():
    token = OURS.button("talk-1", ACT, "Education")
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(ForgedToken):
            OURS.pressed("talk-1", token[:place] + other + token[place + 1 :])


def test_a_conversation_is_no_button_and_a_button_no_conversation():
    conversation = OURS.new_conversation("web")
    with pytest.raises(ForgedToken):
        OURS.pressed("talk-1", conversation)
    with pytest.raises(ForgedToken):
        OURS.conversation(OURS.button("talk-1", ACT, "Education"), "web")


@given(st.text())
def test_whatever_is_sent_as_a_token_is_refused_as_forged(text):
    with pytest.raises(ForgedToken):
        OURS.conversation(text, "web")
    with pytest.raises(ForgedToken):
        OURS.pressed("talk-1", text)


def test_the_key_is_not_in_a_token():
    key = secrets.token_hex(8)
    signer = Signer(key.encode())
    assert key not in signer.new_conversation("web") + signer.button("talk-1", ACT, "Education")
