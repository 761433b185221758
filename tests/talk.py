"""A resident for the tests: speaks to a running front over HTTP."""

import json
import urllib.error
import urllib.request
from typing import Any


class Resident:
    """One conversation with the assistant at an address."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.url = url
        self.language = language
        self.conversation: str | None = None
        self.last: dict[str, Any] = {}
        self.status_code = 0

    def say(self, text: str = "", button: str | None = None) -> dict[str, Any]:
        """Send a message; the answer's JSON, also of an error.

        Raises ValueError for an error that is no JSON, with its code and words.
        """
        body = {"text": text, "conversation": self.conversation, "button": button}
        data = json.dumps({k: v for k, v in body.items() if v is not None}).encode()
        request = urllib.request.Request(
            f"{self.url}/api/messages",
            data,
            {"Content-Type": "application/json", "Accept-Language": self.language},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                self.status_code = response.status
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            self.status_code = error.code
            said = error.read().decode(errors="replace")
            if error.headers.get_content_type() != "application/json":
                raise ValueError(f"{error.code} {said}") from error
            answer = json.loads(said)
        if "error" not in answer:
            self.conversation = answer["conversation"]
            self.last = answer
        return answer

    def press(self, title: str) -> dict[str, Any]:
        """Press the button of the last answer whose title begins so."""
        for reply in self.last["replies"]:
            for button in reply["buttons"]:
                if button["title"].startswith(title):
                    return self.say(button=button["token"])
        raise AssertionError(f"no button {title!r} in {self.last}")

    def heard(self) -> str:
        """All text of the last answer."""
        return "\n".join(reply["text"] for reply in self.last["replies"])
