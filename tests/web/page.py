"""A page as a browser without JavaScript reads it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    """One element with its attributes and what it holds."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """Every element below with this tag ("*" for any) and these attributes."""
        found = []
        for child in self.children:
            if isinstance(child, str):
                continue
            fits = all(child[name.rstrip("_")] == value for name, value in attributes.items())
            if tag in ("*", child.tag) and fits:
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> "Element":
        """The only element below with this tag and these attributes."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]

    def __getitem__(self, name: str) -> str | None:
        return self.attributes.get(name)

    @property
    def text(self) -> str:
        """All text in it, as written."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """All text in it, with single blanks."""
        return " ".join(self.text.split())


class Page(HTMLParser):
    """A parsed page; it fails on elements that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.root = Element("document")
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root], f"not closed: {[e.tag for e in self._open]}"

    @classmethod
    async def of(cls, response: Any) -> Self:
        """The page of a response."""
        assert response.content_type == "text/html", response.content_type
        return cls(await response.text())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.root, name)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text; a line break that begins a text area is not part of it."""
        if self._open[-1].tag == "textarea" and not self._open[-1].children:
            data = data.removeprefix("\n")
        self._open[-1].children.append(data)

    def form_of(self, button: str) -> tuple[Element, dict[str, str]]:
        """The form with a button of this title, and what pressing it would send."""
        for form in self.root.all("form"):
            for pressed in form.all("button"):
                if pressed.words == button:
                    return form, _fields(form, pressed)
        raise AssertionError(f"no button {button!r} on the page")


def _fields(form: Element, pressed: Element) -> dict[str, str]:
    fields = {}
    for element in (*form.all("input"), *form.all("textarea"), pressed):
        name = element["name"]
        if name:
            fields[name] = element.text if element.tag == "textarea" else element["value"] or ""
    for choice in form.all("select"):
        options = choice.all("option")
        fields[choice["name"]] = next(
            (o["value"] or "" for o in options if "selected" in o.attributes),
            options[0]["value"] or "",
        )
    return fields


def problem(page: Page) -> str:
    """What the box says that tells what went wrong."""
    return page.one("div", class_="problem").words
