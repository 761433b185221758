"""Two hundred scripted conversations in both languages, with the assistant that residents meet."""

import csv
import io

import pytest

from bench.running import Running
from tests.sms.scripted import Played, conversations, play_all

pytestmark = pytest.mark.slow


def test_there_are_two_hundred_and_no_two_are_alike() -> None:
    rows = conversations()
    assert len(rows) >= 200
    assert sum(row["language"] == "es" for row in rows) >= 90
    said = [tuple(step["text"] for step in row["steps"]) for row in rows]
    assert len(set(said)) == len(said)


async def test_every_conversation_goes_as_scripted_and_every_comment_is_on_file(
    assistant: Running,
) -> None:
    played: Played = await play_all(assistant.url, conversations())
    assert not played.wrong, "\n".join(played.wrong)
    exported = assistant.command("comments", "export", "--format", "csv").stdout
    rows = {row["receipt"]: row for row in csv.DictReader(io.StringIO(exported.lstrip("\ufeff")))}
    for receipt, text in played.filed.items():
        assert rows[receipt]["channel"] == "sms"
        if text:
            assert rows[receipt]["text"] == text
    print(
        f"{played.conversations} conversations: {len(played.texts_in)} texts in "
        f"({sum(played.texts_in)} segments), {len(played.texts_out)} out "
        f"({sum(played.texts_out)} segments)"
    )
