"""How many made-up cases a property is tried on: few by `make test`, many by `make test-heavy`."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

FEW, MANY = 2_000, 50_000
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much,
        HealthCheck.large_base_example, HealthCheck.function_scoped_fixture]  # fmt: skip


def cases(count: int, fresh: bool = False) -> settings:
    """Settings for so many cases; `fresh` ones differ from run to run."""
    return settings(
        max_examples=count, deadline=None, derandomize=not fresh, database=None,
        suppress_health_check=SLOW, print_blob=True,
    )  # fmt: skip


def few_and_many(share: float = 1.0) -> Callable[[Any], Any]:
    """Gives a test the `cases` to run on; `share` is its part where several make up the count."""
    few, many = round(FEW * share), round(MANY * share)
    return pytest.mark.parametrize(
        "cases",
        [
            pytest.param(cases(few), id=f"{few}"),
            pytest.param(cases(many, fresh=True), id=f"{many}", marks=pytest.mark.heavy),
        ],
    )
