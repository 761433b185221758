"""Where the chat is shown: on its own page, or in the widget's frame on another site."""

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Place:
    """`path` is the chat's address; cookies of the frame have names of their own."""

    path: str
    template: str
    in_frame: bool = False

    @property
    def clear_path(self) -> str:
        """Where the conversation is cleared."""
        return self.path.rstrip("/") + "/clear"

    def cookie(self, name: str) -> str:
        """The name of a cookie here."""
        return f"frame_{name}" if self.in_frame else name


SITE = Place("/", "chat.html")
FRAME = Place("/embed", "embed.html", in_frame=True)


def place_of(request: web.Request) -> Place:
    """Where a request comes from."""
    inside = request.path == FRAME.path or request.path.startswith(f"{FRAME.path}/")
    return FRAME if inside else SITE
