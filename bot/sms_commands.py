"""The command line's part of text messages: `bot sms --help`."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from bot.channels.sms.price import PRICE
from bot.settings import Settings
from bot.terminal import Fault, with_settings, with_store

if TYPE_CHECKING:
    from bot.channels.sms.delivery import Failure
    from bot.channels.sms.inbound import Undelivered
    from bot.comments.store import Store


@click.group()
def sms() -> None:
    """Text messages: what replies cost, and what did not arrive.

    Example: bot sms cost
    """


@sms.command("cost")
@click.option("--price", type=click.FloatRange(min=0), default=PRICE, show_default=True,
              help="dollars per segment, with the carriers' fees")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="one JSON list instead of a table")
@with_settings
def sms_cost(price: float, as_json: bool, settings: Settings) -> None:
    """Print each reply's encoding, segments and price, in both languages.

    Example: bot sms cost --price 0.0113
    """
    from bot.channels.sms.cost import KINDS, LANGUAGES, costs
    from bot.plan.load import BadKnowledge, load

    try:
        knowledge = load()
    except BadKnowledge as error:
        raise Fault(str(error)) from error
    rows = list(costs(knowledge, settings.now().date(), settings.public_url))
    if as_json:
        told = [vars(row) | {"price": round(row.price(price), 4)} for row in rows]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row.kind:16}{row.id:36}{row.language}  {row.encoding}  "
            f"{row.pages} page{'s' if row.pages > 1 else ' '}  {row.segments} segment"
            f"{'s' if row.segments > 1 else ' '}  ${row.price(price):.4f}"
        )
    for language in LANGUAGES:
        for kind in KINDS:
            some = [r.segments for r in rows if (r.kind, r.language) == (kind, language)]
            mean = sum(some) / len(some)
            click.echo(
                f"{language}: {kind}, {len(some)} replies, {mean:.2f} segments and "
                f"${mean * price:.4f} on average, {max(some)} segments at most"
            )


@sms.command("problems")
@click.option("--days", type=click.IntRange(min=1), default=7, show_default=True)
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", show_default=True)
@with_settings
def sms_problems(days: int, lang: str, settings: Settings) -> None:
    """List texts that nobody could answer in time, and texts that did not arrive, with reasons.

    Example: bot sms problems --days 30
    """
    from bot.channels.sms.delivery import failures
    from bot.channels.sms.inbound import undelivered

    since = datetime.now(UTC) - timedelta(days=days)

    async def read(store: "Store") -> "tuple[list[Undelivered], list[Failure]]":
        return await undelivered(store, since), await failures(store, since, lang)

    unanswered, failed = with_store(settings, read)
    for text in unanswered:
        click.echo(f"{text.received_at:%Y-%m-%d %H:%M} UTC  not answered: {text.question}")
    for one in failed:
        about = f" (comment {one.receipt})" if one.receipt else ""
        click.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  not delivered{about}: {one.reason} [{one.code}]")
    if not unanswered and not failed:
        click.echo(f"No problems in the last {days} days.")
