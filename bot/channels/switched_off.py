"""What a resident gets on a channel that staff switched off."""

from bot.channels.assistant import AssistantUnavailable
from bot.comments.switches import Off
from bot.language.messages import say


class SwitchedOff(AssistantUnavailable):
    """Staff switched this channel off; nothing was asked of the assistant."""

    def __init__(self, off: Off) -> None:
        super().__init__("switched off by staff")
        self.off = off

    def sentence(self, language: str, contact: str) -> str:
        """The plain notice, and the city's own words."""
        return notice(self.off, self.language or language, contact)


def notice(off: Off, language: str, contact: str, channel: str = "web") -> str:
    """The plain notice; on pages with the city's own words, in a text message without."""
    plain = say("switched_off", language, channel, contact=contact)
    own = off.notice(language) if channel != "sms" else ""
    return f"{plain} {own}".strip()
