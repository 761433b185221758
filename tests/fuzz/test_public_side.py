"""Whatever is sent to the public side: it answers as its description says, and never fails.

Requests are made from openapi.yml, right ones and wrong ones, and sent to a front that is served.
Forms carry a token of ours and webhooks a signature, or most would be refused at the door.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from twilio.request_validator import RequestValidator

from bot.channels.sms.signed_json import sign
from bot.plan.load import load
from bot.web.app import make_app
from bot.web.comment_draft import new_draft
from bot.web.csrf import FIELD
from bot.web.description import description
from bot.web.keys import SEALER, SIGNER
from tests.browser.served import Served, served
from tests.fuzz.cases import FEW, few_and_many
from tests.sms.phone import TOKEN

pytestmark = pytest.mark.slow
GATEWAY = "shared-with-the-gateway"
VISITOR = "0123456789abcdef"
PURPOSES = {"/clear": "clear", "/embed/clear": "clear", "/comment": "comment",
            "/c/{receipt}": "comment"}  # fmt: skip
TRIED = [
    "fire", "what are the five pillars?", "I want to leave a comment", "yes", "STOP", "AYUDA",
    "K7M4-QX9T", "five-pillars", "/give_comment", "\u202e\x00\u200b", "🎉", "a" * 1001,
    "+14105550123", "10.0", "-1", "9" * 30, "%00", "..", "<script>",
]  # fmt: skip
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(description())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
WEIGHT = {"POST /api/messages": 8, "POST /": 3, "POST /comment": 3, "POST /c/{receipt}": 3,
          "POST /sms/twilio": 3, "POST /sms/gateway": 3, "GET /c/{receipt}": 2}  # fmt: skip
CONSTANT = {"GET /live", "GET /ready", "GET /metrics", "GET /embed.js", "GET /openapi.json"}
"""Nothing of them can be varied: a case is a case."""
ALL = sum(WEIGHT.get(label, 1) for label in OPERATIONS)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(
        tmp_path_factory.mktemp("var"), load(), twilio_auth_token=SecretStr(TOKEN),
        sms_gateway_secret=SecretStr(GATEWAY),
    ) as front:  # fmt: skip
        yield front


class Signed(requests.auth.AuthBase):
    """Signs a webhook's request as its provider would."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if "/sms/twilio" in str(request.url):
            try:
                fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True))
            except UnicodeDecodeError:
                fields = {}
            signature = RequestValidator(TOKEN).compute_signature(request.url, fields)
            request.headers["X-Twilio-Signature"] = signature
        elif "/sms/gateway" in str(request.url):
            stamp = str(int(time.time()))
            request.headers["X-Bot-Timestamp"] = stamp
            request.headers["X-Bot-Signature"] = sign(GATEWAY, stamp, body)
        return request


@dataclass(frozen=True)
class Known:
    """What the front gave out: a comment's code, its author's key, a conversation."""

    receipt: str
    key: str
    conversation: str


@pytest.fixture(scope="module")
def known(front: Served) -> Known:
    draft = new_draft("2026-11").typed({"topic": "education", "text": "Lend laptops, please."})
    fields = {
        "step": "file",
        "draft": draft.seal(front.app[SEALER]),
        FIELD: token(front, "comment"),
    }
    filed = requests.post(f"{front.url}/comment", fields, allow_redirects=False, timeout=10)
    page = urlsplit(filed.headers["Location"])
    said = requests.post(f"{front.url}/api/messages", json={"text": "hello"}, timeout=10).json()
    return Known(
        page.path.removeprefix("/c/"), parse_qs(page.query)["key"][0], said["conversation"]
    )


def without_cookies() -> requests.Session:
    """Each request comes from a browser that was never here: any token of ours fits it."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def token(front: Served, purpose: str) -> str:
    return front.app[SIGNER].form(purpose, VISITOR, int(time.time()))


def with_sense(case: schemathesis.Case, word: str, known: Known) -> None:
    """Put in what is known, and a text that means something here."""
    if "receipt" in (case.path_parameters or {}):
        case.path_parameters["receipt"] = known.receipt
        if word != "%00":
            (case.query or {}).pop("key", None)
            case.query = {**(case.query or {}), "key": known.key}
    if not isinstance(case.body, dict):
        return
    for name, value in (("key", known.key), ("conversation", known.conversation)):
        if name in case.body:
            case.body[name] = value
    case.body.pop("button", None)
    for name in ("text", "Body"):
        if name in case.body or case.path == "/api/messages":
            case.body[name] = word


def strategy(operation: schemathesis.APIOperation) -> st.SearchStrategy[schemathesis.Case]:
    """Right cases, and wrong ones where there is something to get wrong."""
    right = operation.as_strategy(GenerationMode.POSITIVE)
    if operation.label in CONSTANT:
        return right
    return right | operation.as_strategy(GenerationMode.NEGATIVE)


@pytest.mark.parametrize("label", OPERATIONS)
@few_and_many()
def test_it_answers_as_described_whatever_is_sent(
    front: Served, known: Known, label: str, cases
) -> None:
    operation = OPERATIONS[label]
    share = cases.max_examples * WEIGHT.get(label, 1) // ALL + 1
    session, purpose = without_cookies(), PURPOSES.get(operation.path, "chat")
    words = st.none() | st.sampled_from(TRIED)
    is_ours = st.sampled_from([True, True, True, False])

    @given(case=strategy(operation), word=words, ours=is_ours)
    def answers(case, word, ours) -> None:
        if word is not None:
            with_sense(case, word, known)
        if ours and isinstance(case.body, dict):
            case.body[FIELD] = token(front, purpose)
        signature = Signed() if ours else None
        case.call_and_validate(
            front.url, session, checks=CHECKS, auth=signature, allow_redirects=False, timeout=30
        )

    type(cases)(cases, max_examples=share)(answers)()


def test_all_cases_together_are_as_many_as_promised() -> None:
    varied = [label for label in OPERATIONS if label not in CONSTANT]
    assert sum(FEW * WEIGHT.get(label, 1) // ALL + 1 for label in varied) >= FEW * 0.9


@pytest.mark.parametrize("status", [500, 403, 200])
def test_an_assistant_that_fails_is_answered_as_described(front: Served, status: int) -> None:
    operation = OPERATIONS["POST /api/messages"]
    front.assistant.status, before = status, front.assistant.replies
    front.assistant.replies = []
    try:
        case = operation.Case(body={"text": "what are the pillars?"}, media_type="application/json")
        response = case.call(front.url)
        case.validate_response(response, checks=CHECKS[1:])
    finally:
        front.assistant.status, front.assistant.replies = 200, before
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "unavailable"


def test_the_description_names_every_public_route_and_no_other(tmp_path) -> None:
    from bot.settings import Settings

    routes = make_app(Settings(data_dir=tmp_path)).router.routes()
    public = {
        f"{route.method} {route.resource.canonical}"
        for route in routes
        if route.resource and route.method != "HEAD"
    }
    assert set(OPERATIONS) == {name for name in public if " /staff" not in name}


def test_the_description_is_served_as_it_is_written(front: Served) -> None:
    response = requests.get(f"{front.url}/openapi.json", timeout=10)
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.json() == description()
    SCHEMA.validate()
