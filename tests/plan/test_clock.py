"""Dates in words, and whether they are past, current or to come."""

from datetime import date

import pytest

from bot.plan.clock import Moment, long_date, moment_of, span
from bot.plan.model import When


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2018-03-16", "2018-03-16", "2018-03-16"),
        ("2018-02", "2018-02-01", "2018-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2018-12", "2018-12-01", "2018-12-31"),
        ("2018", "2018-01-01", "2018-12-31"),
        ("2018-spring", "2018-03-01", "2018-05-31"),
        ("2018-summer", "2018-06-01", "2018-08-31"),
        ("2018-fall", "2018-09-01", "2018-11-30"),
        ("FY2019", "2018-07-01", "2019-06-30"),
    ],
)
def test_a_date_of_any_precision_spans_days(value, first, last):
    assert span(value) == (day(first), day(last))


@pytest.mark.parametrize("value", ["2018-02-30", "2018-13", "2018-00-01", "0000", "FY0000"])
def test_a_date_that_does_not_exist_spans_nothing(value):
    with pytest.raises(ValueError):
        span(value)


@pytest.mark.parametrize(
    ("today", "moment"),
    [
        ("2018-03-15", Moment.TO_COME),
        ("2018-03-16", Moment.TODAY),
        ("2018-03-17", Moment.PAST),
    ],
)
def test_a_day_is_to_come_then_today_then_past(today, moment):
    assert moment_of(When(date="2018-03-16", precision="day"), (), day(today)) is moment


@pytest.mark.parametrize(
    ("value", "precision"),
    [("2018-07", "month"), ("2018-summer", "season"), ("2018", "year"), ("FY2019", "year")],
)
def test_a_longer_time_is_current_from_its_first_day_to_its_last(value, precision):
    when = When(date=value, precision=precision)
    first, last = span(value)
    moments = [
        moment_of(when, (), date.fromordinal(first.toordinal() - 1)),
        moment_of(when, (), first),
        moment_of(when, (), last),
        moment_of(when, (), date.fromordinal(last.toordinal() + 1)),
    ]
    assert moments == [Moment.TO_COME, Moment.CURRENT, Moment.CURRENT, Moment.PAST]


@pytest.mark.parametrize(
    ("today", "moment"),
    [
        ("2017-12-31", Moment.TO_COME),
        ("2018-01-01", Moment.CURRENT),
        ("2023-12-31", Moment.CURRENT),
        ("2024-01-01", Moment.PAST),
    ],
)
def test_a_period_is_current_from_its_start_to_its_end(today, moment):
    when = When(start="2018", end="2023", precision="year")
    assert moment_of(when, (), day(today)) is moment


@pytest.mark.parametrize(
    ("today", "moment"), [("2019-05-06", Moment.TO_COME), ("2019-06-28", Moment.PAST)]
)
def test_a_period_of_days_ends_on_its_last_day(today, moment):
    when = When(start="2019-05-07", end="2019-06-27", precision="day")
    assert moment_of(when, (), day(today)) is moment


def test_a_milestone_counts_and_not_the_other_dates():
    when = When(date="2018-03-16", precision="day")
    assert moment_of(when, ("2030",), day("2019-01-01")) is Moment.PAST


def test_without_a_milestone_the_dates_count():
    assert moment_of(None, ("2017", "2018"), day("2019-01-01")) is Moment.PAST
    assert moment_of(None, ("2021", "2022"), day("2019-01-01")) is Moment.TO_COME


def test_dates_on_both_sides_of_today_are_mixed():
    assert moment_of(None, ("2018", "2020"), day("2019-01-01")) is Moment.MIXED


def test_a_fact_without_dates_has_no_moment():
    assert moment_of(None, (), day("2019-01-01")) is None


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        ("2018-03-16", "March 16, 2018", "16 de marzo de 2018"),
        ("2019-01-01", "January 1, 2019", "1 de enero de 2019"),
        ("2022-09-30", "September 30, 2022", "30 de septiembre de 2022"),
        ("2026-12-31", "December 31, 2026", "31 de diciembre de 2026"),
    ],
)
def test_a_long_date_reads_well_in_both_languages(value, english, spanish):
    assert long_date(day(value), "en") == english
    assert long_date(day(value), "es") == spanish


def test_a_long_date_is_english_for_any_other_language():
    assert long_date(day("2018-03-16"), "fr") == "March 16, 2018"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_a_name_that_is_found_again(month):
    from bot.plan.values import find

    value = date(2018, month, 20)
    for language in ("en", "es"):
        assert find(long_date(value, language), language).dates == {value.isoformat()}
