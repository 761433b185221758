"""How many machines a city needs is reckoned from what a message costs, and written down so."""

from dataclasses import fields, replace

import pytest

from bench.capacity import (
    BUSY,
    CITIES,
    CORES,
    MEASURED,
    RESIDENTS_A_MESSAGE,
    STORED,
    carries,
    plan_for,
)
from bot import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("residents", CITIES)
def test_the_table_says_what_is_reckoned(residents: int) -> None:
    assert str(plan_for(residents, MEASURED)) in PAGE.splitlines()


@pytest.mark.parametrize("part", [part.name for part in fields(MEASURED)])
def test_the_costs_that_are_reckoned_with_are_named(part: str) -> None:
    names = {"postgresql": "PostgreSQL", "redis": "Redis"}
    assert f"| {names.get(part, part)} | {getattr(MEASURED, part):.1f} |" in PAGE


def test_the_page_names_the_assumptions() -> None:
    assert f"{RESIDENTS_A_MESSAGE:,} residents" in PAGE
    assert f"{BUSY:.0%}".replace("%", " %") in PAGE
    assert f"{STORED:.1f} kB" in PAGE


@pytest.mark.parametrize("residents", CITIES)
def test_the_spike_is_carried_even_when_a_machine_of_several_is_away(residents: int) -> None:
    plan = plan_for(residents, MEASURED)
    left = plan.carried * (plan.machines - 1) / plan.machines if plan.machines > 1 else plan.carried
    assert left >= plan.spike


def test_a_machine_carries_no_more_than_its_fullest_part() -> None:
    slow_actions = replace(MEASURED, actions=100)
    assert carries(slow_actions, CORES, 2) == pytest.approx(BUSY * 10)
    one, two = (carries(MEASURED, CORES, workers) for workers in (1, 2))
    assert one < two <= 2 * one


def test_dearer_messages_need_more_machines() -> None:
    dear = replace(MEASURED, assistant=MEASURED.assistant * 5)
    assert plan_for(10_000_000, dear).machines > plan_for(10_000_000, MEASURED).machines
