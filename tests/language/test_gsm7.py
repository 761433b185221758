"""Text messages are counted as a carrier counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.gsm7 import BASIC, EXTENSION, Size, size_of, to_gsm7


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size("GSM-7", 0, 1)),
        ("a" * 160, Size("GSM-7", 160, 1)),
        ("a" * 161, Size("GSM-7", 161, 2)),
        ("a" * 306, Size("GSM-7", 306, 2)),
        ("a" * 307, Size("GSM-7", 307, 3)),
        ("a" * 459, Size("GSM-7", 459, 3)),
        ("a" * 460, Size("GSM-7", 460, 4)),
        ("ñ" * 160, Size("GSM-7", 160, 1)),
        ("€" * 80, Size("GSM-7", 160, 1)),
        ("€" * 80 + "a", Size("GSM-7", 161, 2)),
        ("[" + "a" * 158, Size("GSM-7", 160, 1)),
        ("[" + "a" * 159, Size("GSM-7", 161, 2)),
        ("á" * 70, Size("UCS-2", 70, 1)),
        ("á" * 71, Size("UCS-2", 71, 2)),
        ("á" * 134, Size("UCS-2", 134, 2)),
        ("á" * 135, Size("UCS-2", 135, 3)),
        ("a" * 70 + "á", Size("UCS-2", 71, 2)),
        ("👍" * 35, Size("UCS-2", 70, 1)),
        ("👍" * 36, Size("UCS-2", 72, 2)),
        ("—", Size("UCS-2", 1, 1)),
        ("\ud800", Size("UCS-2", 1, 1)),
    ],
    ids=lambda value: f"{value[:3]!a} x {len(value)}" if isinstance(value, str) else None,
)
def test_length_and_segments_are_exact(text, size):
    assert size_of(text) == size


def test_a_character_of_two_septets_is_never_split_across_segments():
    # 152 + 2 does not fit into the first segment's 153, so the second begins one septet early.
    assert size_of("a" * 152 + "€" + "a" * 152) == Size("GSM-7", 306, 3)
    assert size_of("a" * 151 + "€" + "a" * 153) == Size("GSM-7", 306, 2)


def test_a_surrogate_pair_is_never_split_across_segments():
    assert size_of("á" * 66 + "👍" + "á" * 66) == Size("UCS-2", 134, 3)
    assert size_of("á" * 65 + "👍" + "á" * 67) == Size("UCS-2", 134, 2)


@pytest.mark.parametrize("character", sorted(EXTENSION), ids=ascii)
def test_a_character_of_the_extension_table_counts_twice(character):
    assert size_of(character) == Size("GSM-7", 2, 1)


def test_the_tables_hold_what_the_standard_holds():
    assert len(BASIC) == 127  # 128 places, one of them the escape
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("¿Cuáles son los años?", "¿Cuales son los años?"),
        ("información pública, sí", "informacion publica, si"),
        ("Él está aquí. ¡Qué café!", "Él esta aqui. ¡Qué café!"),
        ("ÁÍÓÚ ÉÑÜ", "AIOU ÉÑÜ"),
        ("an\u0303o", "año"),
        ("“quotes” and ‘these’", "\"quotes\" and 'these'"),
        ("the city’s", "the city's"),
        ("2018–2023 — yes", "2018-2023 - yes"),
        ("911\u2011like, −5", "911-like, -5"),
        ("wait…", "wait..."),
        ("• one · two", "- one - two"),
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("½ of ¾", "1/2 of 3/4"),
        ("№ 5, ™, º", "No 5, TM, o"),
        ("→ 3×4", "-> 3x4"),
        ("façade, Łódź, œuvre", "facade, Lodz, oeuvre"),
        ("ok 👍 你好", "ok  "),
        ("{a} [b] €5 ~", "{a} [b] €5 ~"),
        ("one\ntwo", "one\ntwo"),
        ("ä ö ü à è ì ò ù", "ä ö ü à è ì ò ù"),
    ],
)
def test_a_text_is_written_plainly_for_sms(written, sent):
    assert to_gsm7(written) == sent


@given(st.text())
def test_what_is_sent_is_always_gsm7(text):
    sent = to_gsm7(text)
    assert all(c in BASIC or c in EXTENSION for c in sent)
    assert size_of(sent).encoding == "GSM-7"


@given(st.text())
def test_writing_plainly_twice_changes_nothing(text):
    assert to_gsm7(to_gsm7(text)) == to_gsm7(text)


@given(st.text("".join(sorted(BASIC | EXTENSION))))
def test_what_gsm7_has_stays_as_it_is(text):
    assert to_gsm7(text) == text


TEXTS = st.text(st.sampled_from("a€á👍[ñ\n"), max_size=400)


@given(TEXTS, TEXTS)
def test_segments_never_get_fewer_when_text_is_appended(text, more):
    assert size_of(text + more).segments >= size_of(text).segments


@given(st.text(st.sampled_from("a€["), max_size=400), st.text(st.sampled_from("a€["), max_size=400))
def test_length_never_shrinks_when_text_of_the_same_encoding_is_appended(text, more):
    assert size_of(text + more).length == size_of(text).length + size_of(more).length


@given(st.text(max_size=400))
def test_the_segments_hold_the_whole_text(text):
    size = size_of(text)
    single, several = (160, 153) if size.encoding == "GSM-7" else (70, 67)
    assert size.segments == 1 or size.length > single
    assert size.length <= (single if size.segments == 1 else size.segments * several)
