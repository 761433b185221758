"""What is sealed can be opened by the same key alone; a fingerprint leads nowhere back."""

import pytest

from bot.comments.sealing import BrokenSeal, Sealer

SEALER = Sealer(b"a key of the tests")


@pytest.mark.parametrize("text", ["+14105551234", "ana.lópez@example.org", ""])
def test_a_sealed_text_opens_to_itself(text):
    assert SEALER.open(SEALER.seal(text)) == text


def test_a_sealed_text_neither_shows_its_text_nor_that_it_is_the_same():
    first, second = SEALER.seal("+14105551234"), SEALER.seal("+14105551234")
    assert first != second
    assert "4105551234" not in first


def test_another_key_does_not_open_it():
    with pytest.raises(BrokenSeal):
        Sealer(b"another key").open(SEALER.seal("+14105551234"))


def test_a_changed_seal_does_not_open():
    sealed = SEALER.seal("+14105551234")
    with pytest.raises(BrokenSeal):
        SEALER.open(sealed[:-6] + "AAAAA=")


def test_a_fingerprint_is_the_same_for_text_purpose_and_key_only():
    one = SEALER.fingerprint("+14105551234", "phone")
    assert one == Sealer(b"a key of the tests").fingerprint("+14105551234", "phone")
    assert one != SEALER.fingerprint("+14105551234", "other")
    assert one != Sealer(b"another key").fingerprint("+14105551234", "phone")
    assert len(one) == 40
