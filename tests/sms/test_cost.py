"""What replies cost stays within the committed budget: data/sms_budget.yml."""

import json
from datetime import date
from statistics import mean

import pytest
import yaml
from click.testing import CliRunner

from bot import ROOT
from bot.channels.sms.cost import KINDS, LANGUAGES, Cost, costs
from bot.cli import main

BUDGET = yaml.safe_load((ROOT / "data" / "sms_budget.yml").read_text("utf-8"))
TODAY = date(2026, 9, 30)


@pytest.fixture(scope="module")
def plain(knowledge):
    return list(costs(knowledge, TODAY))


@pytest.fixture(scope="module")
def linked(knowledge):
    return list(costs(knowledge, TODAY, "https://plan.baltimorecity.gov"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_grows_past_its_budget(plain, kind, language):
    rows = [row for row in plain if (row.kind, row.language) == (kind, language)]
    over = [row for row in rows if row.segments > BUDGET[kind]["each"]]
    assert not over, [(row.id, row.segments) for row in over]
    assert mean(row.segments for row in rows) <= BUDGET[kind]["mean"][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_to_a_facts_page_stays_within_its_budget(linked, language):
    rows = [row for row in linked if (row.kind, row.language) == ("fact", language)]
    assert max(row.segments for row in rows) <= BUDGET["linked_fact"]["each"]
    assert mean(row.segments for row in rows) <= BUDGET["linked_fact"]["mean"][language]


def test_every_reply_of_ours_is_in_gsm_7(plain):
    assert {row.encoding for row in plain} == {"GSM-7"}


def test_the_command_prints_each_reply_with_its_price(monkeypatch, tmp_path):
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    shown = CliRunner().invoke(main, ["sms", "cost", "--json", "--price", "0.01"])
    rows = json.loads(shown.output)
    pillars = {row["language"]: row for row in rows if row["id"] == "five-pillars"}
    assert set(pillars) == {"en", "es"}
    assert pillars["en"]["price"] == pytest.approx(pillars["en"]["segments"] * 0.01)
    assert set(pillars["en"]) == {*Cost.__dataclass_fields__, "price"}


def test_the_command_says_when_there_are_no_problems(monkeypatch, tmp_path):
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    assert "No problems" in CliRunner().invoke(main, ["sms", "problems"]).output
