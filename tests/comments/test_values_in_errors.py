"""What the database can't take is not repeated in the error, which goes into logs."""

import pytest

from bot.comments.store import StoreUnavailable

WORDS = "zanzibar marmalade"


async def complaint(work):
    try:
        await work
    except (StoreUnavailable, UnicodeEncodeError) as error:  # of the latter no log tells the text
        return str(error)
    return ""


@pytest.mark.parametrize("odd", ["\x00", "\ud800"], ids=["a null", "half a character"])
async def test_a_text_that_can_not_be_stored(store, new, odd):
    assert WORDS not in await complaint(store.add_comment(new(text=f"{WORDS} {odd}")))


@pytest.mark.parametrize(
    "wrong",
    [{"zip_code": WORDS * 20}, {"topic": WORDS * 20}, {"turn_status": [WORDS]}],
    ids=["too long a ZIP code", "too long a topic", "a list for a word"],
)
async def test_a_value_of_the_wrong_shape(store, new, wrong):
    assert WORDS not in await complaint(store.add_comment(new(**wrong)))
