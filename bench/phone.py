"""A phone in the terminal: make sms.

It starts an assistant of its own with a made-up token and texts its real webhook with real
signatures. It works as well with a script on its standard input.
"""

import argparse
import itertools
import secrets
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from bench.running import DidNotStart, Running
from bot.language.gsm7 import size_of

OURS = "+14105550100"
WORDS = {
    "en": {
        "hello": "Text the assistant. /help lists what this phone can do, /quit ends it.",
        "help": "/history what was said · /again the last text once more, as carriers do · "
        "/picture a picture · /new another number · /es in Spanish · /en in English · /quit",
        "silence": "(no reply)",
        "refused": "(refused: {status})",
        "started": "Starting an assistant of this phone's own ...",
        "new": "You have a new number: {number}",
        "you": "you",
        "size": "{segments} segment{s}, {length} {encoding}",
    },
    "es": {
        "hello": "Escriba al asistente. /help dice qué puede este teléfono, /quit lo cierra.",
        "help": "/history lo dicho · /again el último mensaje otra vez · /picture una foto · "
        "/new otro número · /es en español · /en en inglés · /quit salir",
        "silence": "(sin respuesta)",
        "refused": "(rechazado: {status})",
        "started": "Se inicia un asistente propio de este teléfono ...",
        "new": "Tiene un número nuevo: {number}",
        "you": "usted",
        "size": "{segments} segmento{s}, {length} {encoding}",
    },
}


@dataclass
class Phone:
    """One phone. `token` signs as Twilio does."""

    url: str
    token: str
    language: str = "en"
    number: str = "+14105550123"
    history: list[str] = field(default_factory=list)
    _last: dict[str, str] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(124))

    def say(self, key: str, **values: object) -> str:
        """The phone's own words."""
        return WORDS[self.language][key].format(**values)

    def do(self, line: str) -> list[str] | None:
        """What a typed line brings; None to end."""
        command = line.strip().lower()
        if command == "/quit":
            return None
        if command == "/help":
            return [self.say("help")]
        if command == "/history":
            return list(self.history)
        if command in {"/en", "/es"}:
            self.language = command[1:]
            return [self.say("hello")]
        if command == "/new":
            self.number = f"+1410555{next(self._numbers):04}"
            return [self.say("new", number=self.number)]
        if command == "/again" and self._last:
            return self._post(self._last)
        return self._text("" if command == "/picture" else line, command == "/picture")

    def _text(self, body: str, picture: bool) -> list[str]:
        message = f"SM{secrets.token_hex(16)}"
        shown = f"{self.say('you')}: {body or '[picture]'}  [{self._size(body)}]"
        self.history.append(shown)
        fields = {
            "MessageSid": message, "SmsSid": message, "From": self.number, "To": OURS,
            "Body": body, "NumMedia": "1" if picture else "0", "AccountSid": f"AC{'0' * 32}",
        }  # fmt: skip
        if picture:
            fields |= {"MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "image/png"}
        return self._post(fields)

    def _post(self, fields: dict[str, str]) -> list[str]:
        self._last = fields
        url = f"{self.url}/sms/twilio"
        signature = RequestValidator(self.token).compute_signature(url, fields)
        request = urllib.request.Request(
            url, urllib.parse.urlencode(fields).encode(), {"X-Twilio-Signature": signature}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                root = ElementTree.fromstring(response.read())
        except urllib.error.HTTPError as error:
            return [self.say("refused", status=error.code)]
        heard = [message.text or "" for message in root.iter("Message")]
        lines = [f"{text}\n  [{self._size(text)}]" for text in heard] or [self.say("silence")]
        self.history.extend(lines)
        return lines

    def _size(self, text: str) -> str:
        size = size_of(text)
        many = "" if size.segments == 1 else "s"
        return self.say(
            "size", segments=size.segments, s=many, length=size.length, encoding=size.encoding
        )


def talk(phone: Phone) -> None:
    """Read lines until the end of the input."""
    asked = sys.stdin.isatty()
    if asked:
        import readline  # noqa: F401  (arrow keys give the lines typed before)
    print(phone.say("hello"), flush=True)
    while True:
        prompt = f"{phone.number} > "
        try:
            line = input(prompt if asked else "")
        except (EOFError, KeyboardInterrupt):
            break
        if not asked:
            print(f"{prompt}{line}", flush=True)
        if not line.strip():
            continue
        answers = phone.do(line)
        if answers is None:
            break
        for answer in answers:
            print(answer, flush=True)


def main() -> int:
    """Start an assistant, be a phone, stop the assistant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lang", choices=["en", "es"], default="en", help="the phone's language")
    parser.add_argument("--keep", type=Path, help="folder to keep the data in, to go on later")
    given = parser.parse_args()
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as folder:
        running = Running(
            given.keep or Path(folder) / "phone", environment={"BOT_TWILIO_AUTH_TOKEN": token}
        )
        print(WORDS[given.lang]["started"], flush=True)
        try:
            running.start()
            talk(Phone(running.url, token, given.lang))
        except DidNotStart as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
