"""A phone for the tests: texts a front by signed webhooks, as Twilio does."""

import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

TOKEN = "a-made-up-token"
OURS = "+14105550100"
_SIDS = itertools.count(1)


def sid() -> str:
    """A fresh message id of the real shape."""
    return f"SM{next(_SIDS):032x}"


def payload(body: str, number: str, **more: Any) -> dict[str, str]:
    """What Twilio posts for a text, as recorded from its console (numbers are made up)."""
    message = str(more.pop("MessageSid", None) or sid())
    return {
        "ToCountry": "US", "ToState": "MD", "SmsMessageSid": message, "NumMedia": "0",
        "ToCity": "BALTIMORE", "FromZip": "21201", "SmsSid": message, "FromState": "MD",
        "SmsStatus": "received", "FromCity": "BALTIMORE", "Body": body, "FromCountry": "US",
        "To": OURS, "ToZip": "21202", "NumSegments": "1", "MessageSid": message,
        "AccountSid": "AC" + "0" * 32, "From": number, "ApiVersion": "2010-04-01",
    } | {key: str(value) for key, value in more.items()}  # fmt: skip


def messages_in(twiml: str) -> list[str]:
    """The messages of a TwiML answer."""
    root = ElementTree.fromstring(twiml)
    assert root.tag == "Response"
    return [message.text or "" for message in root.iter("Message")]


@dataclass
class Phone:
    """One number. `client` is anything with aiohttp's post."""

    client: Any
    number: str = "+14105550123"
    address: str = "/sms/twilio"
    public: str | None = None
    """The address that the signature is made over; the one of the test server if not set."""
    token: str = TOKEN
    status: int = 0
    heard: list[str] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)

    async def text(self, body: str = "", **more: Any) -> str:
        """Text something; what came back, joined."""
        return await self.post(payload(body, self.number, **more))

    async def again(self) -> str:
        """Twilio sends the very same request again."""
        return await self.post(self.sent)

    async def post(self, fields: dict[str, str], signature: str | None = None, **more: Any) -> str:
        """Post these fields, signed unless a signature is given."""
        self.sent = fields
        url = self.public or str(self.client.make_url(self.address))
        if signature is None:
            signature = RequestValidator(self.token).compute_signature(url, fields)
        headers = {
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        async with self.client.post(
            self.address, data=urlencode(fields), headers=headers | more.pop("headers", {})
        ) as response:
            self.status = response.status
            answer = await response.text()
        self.heard = messages_in(answer) if self.status == 200 else []
        return "\n".join(self.heard) if self.status == 200 else answer
