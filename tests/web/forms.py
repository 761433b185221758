"""Forms as a program sends them: with the hidden fields of the page."""

from typing import Any

from tests.web.page import Page


async def fields_of(client: Any, path: str = "/", button: str = "Send") -> dict[str, str]:
    """What the form with this button would send."""
    async with client.get(path) as response:
        return (await Page.of(response)).form_of(button)[1]


async def send_form(client: Any, path: str = "/", button: str = "Send", **more: Any) -> Any:
    """Open a page and send its form; `data` is what is typed, `headers` go with the sending."""
    typed = more.pop("data", {})
    fields = await fields_of(client, path, button)
    return await client.post(path, data=fields | typed, **more)
