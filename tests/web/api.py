"""What the tests of POST /api/messages share."""

MESSAGES = "/api/messages"


async def error_of(response):
    """The code of an error whose body has the contract's shape."""
    body = await response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert_is_a_sentence(body["error"]["message"])
    return body["error"]["code"]


def assert_is_a_sentence(text):
    assert text[0].isupper()
    assert text.endswith(".")
    assert "Traceback" not in text
    assert "\n" not in text
