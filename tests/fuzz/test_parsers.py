"""Whatever a text message or a receipt code is made of: it is read or refused, and never fails."""

import json
import string
import time
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channels.sms.compile import SEGMENTS, as_sms, pages_of
from bot.channels.sms.keywords import Keyword, keyword_of, language_of_keyword, typed_word
from bot.channels.sms.provider import BadText, Forged, Received, Text
from bot.channels.sms.signed_json import SignedJson, sign
from bot.channels.sms.twilio import Twilio
from bot.comments.receipt import ALPHABET, BadReceipt, find_receipt, new_receipt, parse_receipt
from bot.language.gsm7 import BASIC, EXTENSION, size_of, to_gsm7
from bot.language.messages import say
from tests.fuzz.cases import few_and_many

pytestmark = pytest.mark.slow
URL = "https://plan.example/sms/twilio"
TWILIO, GATEWAY = Twilio("a token"), SignedJson("a secret")
NAMES = ("MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus")
TEXTS = st.text(max_size=400) | st.text("aé€[ñ🎉 .\n", max_size=700)
FORMS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), st.text(max_size=150))
HALVES = st.text(st.characters(categories=["Cs", "Cc", "Nd"]), max_size=8)
"""Halves of UTF-16 characters and controls: JSON can hold them, no database keeps them."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=130) | HALVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
TEXT_KEYS = st.sampled_from(["id", "from", "to", "text", "media", "status", "error"])
BODIES = st.dictionaries(TEXT_KEYS, JSON)
WORDS = sorted({"stop", "opt out", "alto", "start", "yes", "ayuda", "más", "MÁS", "comentario",
                "status", "estado", "cancel"})  # fmt: skip


def tried(read, request) -> None:
    """Read a request: what comes is a text that can be kept, or a sentence for its sender."""
    try:
        found = read(request)
    except BadText as error:
        assert str(error)
        return
    assert found.id.isprintable()
    if isinstance(found, Text):
        assert 0 < len(found.id) <= 64
        assert 0 < len(found.sender) <= 120
        assert len(found.receiver) <= 120
        assert isinstance(found.body, str)
        assert found.media >= 0


@few_and_many()
def test_a_form_of_twilio_is_read_or_refused(cases) -> None:
    @cases
    @given(FORMS, st.sampled_from(["utf-8", "latin-1", "utf-16", "nonsense"]))
    def holds(fields, charset) -> None:
        try:
            body = urlencode(fields).encode()
        except UnicodeEncodeError:
            return
        signature = RequestValidator(TWILIO.token).compute_signature(URL, fields)
        request = Received(URL, {"X-Twilio-Signature": signature}, body, charset)
        if charset == "utf-8":
            TWILIO.verify(request)
        tried(TWILIO.parse, request)
        tried(TWILIO.report, request)

    holds()


@few_and_many()
def test_what_twilio_did_not_sign_is_refused(cases) -> None:
    @cases
    @given(st.binary(max_size=300), st.text(max_size=40))
    def holds(body, signature) -> None:
        try:
            TWILIO.verify(Received(URL, {"X-Twilio-Signature": signature}, body))
        except Forged:
            return
        raise AssertionError(signature)

    holds()


@few_and_many()
def test_a_body_of_the_gateway_is_read_or_refused(cases) -> None:
    @cases
    @given(BODIES | JSON | st.binary(max_size=300))
    def holds(content) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        stamp = str(int(time.time()))
        signed = {"X-Bot-Timestamp": stamp, "X-Bot-Signature": sign("a secret", stamp, body)}
        request = Received(URL, signed, body)
        GATEWAY.verify(request)
        tried(GATEWAY.parse, request)
        tried(GATEWAY.report, request)

    holds()


@few_and_many()
def test_what_the_gateway_did_not_sign_is_refused(cases) -> None:
    @cases
    @given(st.binary(max_size=300), st.text(max_size=12), st.text(max_size=70))
    def holds(body, stamp, signature) -> None:
        for time_of_it in (stamp, str(int(time.time()))):
            given = {"X-Bot-Timestamp": time_of_it, "X-Bot-Signature": signature}
            try:
                GATEWAY.verify(Received(URL, given, body))
            except Forged:
                continue
            raise AssertionError(signature)

    holds()


@few_and_many()
def test_a_keyword_is_the_whole_message_however_it_is_typed(cases) -> None:
    @cases
    @given(
        st.sampled_from(WORDS), st.text(" \t\n.,!?;:¡¿\"'()*", max_size=6),
        st.lists(st.booleans(), min_size=12, max_size=12), st.text(max_size=40),
    )  # fmt: skip
    def holds(word, around, capitals, other) -> None:
        keyword = keyword_of(word)
        assert keyword is not None
        typed = "".join(c.upper() if big else c for c, big in zip(word, capitals, strict=False))
        assert keyword_of(around + typed + around[::-1]) is keyword
        assert language_of_keyword(typed) == language_of_keyword(word)
        assert keyword_of(f"{word} the cameras {other}") is None
        assert keyword_of(other) in {None, *Keyword}
        assert typed_word(typed_word(other)) == typed_word(other)

    holds()


@few_and_many()
def test_a_text_is_counted_as_a_carrier_counts_it(cases) -> None:
    @cases
    @given(TEXTS)
    def holds(text) -> None:
        plain = to_gsm7(text)
        assert set(plain) <= BASIC | EXTENSION
        assert to_gsm7(plain) == plain
        for one in (text, plain, as_sms(text)):
            size = size_of(one)
            single, several = (160, 153) if size.encoding == "GSM-7" else (70, 67)
            assert size.segments >= 1
            assert (size.segments == 1) == (size.length <= single)
            # A character of two units may leave the last place of a segment empty.
            assert size.length <= max(single, size.segments * several)
            assert size.segments <= max(1, -(-size.length // (several - 1)))

    holds()


@few_and_many()
def test_pages_hold_all_that_was_to_be_said_and_cost_two_segments_at_most(cases) -> None:
    @cases
    @given(
        TEXTS | st.text(st.sampled_from("abc é🎉.\n"), max_size=1500), st.sampled_from(["en", "es"])
    )
    def holds(text, language) -> None:
        pages = pages_of(as_sms(text), language)
        hint = f" {as_sms(say('sms_more', language))}"
        assert all(size_of(page).segments <= SEGMENTS for page in pages)
        assert all(page.endswith(hint) and page != hint for page in pages[:-1])
        said = "".join([*(page.removesuffix(hint) for page in pages[:-1]), pages[-1]])
        assert "".join(said.split()) == "".join(as_sms(text).split())

    holds()


@few_and_many()
def test_what_is_typed_for_a_receipt_is_read_or_refused(cases) -> None:
    @cases
    @given(st.text(max_size=30) | st.text(ALPHABET + "oilu -–", min_size=7, max_size=11))
    def holds(typed) -> None:
        try:
            receipt = parse_receipt(typed)
        except BadReceipt:
            receipt = ""
        if receipt:
            assert parse_receipt(receipt) == receipt
            assert parse_receipt(receipt.lower().replace("-", "")) == receipt
            assert set(receipt) <= {*ALPHABET, "-"}
        assert (find_receipt(typed) or "") in typed

    holds()


@few_and_many()
def test_a_receipt_is_found_in_a_message_and_a_slip_is_noticed(cases) -> None:
    @cases
    @given(
        st.text(string.ascii_lowercase + " .,!?", max_size=40), st.integers(0, 7),
        st.sampled_from(ALPHABET),
    )  # fmt: skip
    def holds(words, place, wrong) -> None:
        receipt = new_receipt()
        assert parse_receipt(str(find_receipt(f"{words} {receipt}. {words}"))) == receipt
        letters = list(receipt.replace("-", ""))
        right, letters[place] = letters[place], wrong
        try:
            assert parse_receipt("".join(letters)) == receipt
            assert wrong == right
        except BadReceipt:
            assert wrong != right

    holds()
