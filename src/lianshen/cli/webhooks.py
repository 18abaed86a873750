"""``lianshen webhooks``: which agencies' systems are told of what happens, and letters that did not arrive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from lianshen.config import Settings

if TYPE_CHECKING:
    from lianshen.cases import Casebook

AS_JSON = typer.Option(False, "--json", help="Print JSON.")
HOOK = typer.Option(None, "--webhook", help="Only of this webhook.")


def _book() -> Casebook:
    from lianshen.cases import Casebook, open_casebook

    return Casebook(open_casebook(Settings().casebook_url))


def _print(rows: list[dict[str, Any]], as_json: bool, line: str) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        typer.echo(line.format(**row))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    webhooks = typer.Typer(no_args_is_help=True, help="Agencies' systems that are told of what happens to their cases.")
    app.add_typer(webhooks, name="webhooks")

    @webhooks.command()
    def add(
        url: str = typer.Argument(..., help="Where to post, https://…"),
        agency: str = typer.Option(..., help="Agency whose cases and inquiries it is told of, as 510100."),
        as_json: bool = AS_JSON,
    ) -> None:
        """Tell a system from now on, and print the secret that signs what it gets, once."""
        from lianshen.cases.addresses import Reach
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import add_webhook

        settings = Settings()
        made = add_webhook(OPERATOR, _book(), agency, url, Reach(settings.webhook_plain, settings.webhook_loopback))
        if as_json:
            typer.echo(json.dumps({"id": made.id, "secret": made.secret}))
            return
        typer.echo(made.secret)
        typer.echo(f"Webhook {made.id}. The secret is shown only now.", err=True)

    @webhooks.command("list")
    def list_every(as_json: bool = AS_JSON) -> None:
        """List webhooks with what waits for them and what was given up."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import list_webhooks

        rows = list_webhooks(OPERATOR, _book())
        for row in rows:
            row["stands"] = "removed" if not row["is_active"] else "paused" if row["paused_at"] else "active"
        _print(rows, as_json, "{id:>4} {agency:<8} {stands:<8} waiting={waiting:<6} dead={dead:<6} {url}")

    @webhooks.command()
    def pause(number: int = typer.Argument(..., help="Number of the webhook.")) -> None:
        """Let what a system is told wait; nothing of it is lost."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import pause_webhook

        pause_webhook(OPERATOR, _book(), number)
        typer.echo(f"paused webhook {number}")

    @webhooks.command()
    def resume(number: int = typer.Argument(..., help="Number of the webhook.")) -> None:
        """Send a system what waits for it, and what comes."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import resume_webhook

        resume_webhook(OPERATOR, _book(), number)
        typer.echo(f"resumed webhook {number}")

    @webhooks.command()
    def remove(number: int = typer.Argument(..., help="Number of the webhook.")) -> None:
        """Tell a system nothing any more."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import remove_webhook

        remove_webhook(OPERATOR, _book(), number)
        typer.echo(f"removed webhook {number}")

    @webhooks.command()
    def dead(webhook: int | None = HOOK, as_json: bool = AS_JSON) -> None:
        """List letters that were given up, with what failed."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import dead_letters

        rows = dead_letters(OPERATOR, _book(), webhook)
        _print(rows, as_json, "{id:>8} webhook={webhook_id:<4} event={event_seq:<8} tried={attempts:<3} {last_error}")

    @webhooks.command()
    def replay(
        letter: int | None = typer.Argument(None, help="Number of one letter; none: every dead letter."),
        webhook: int | None = HOOK,
    ) -> None:
        """Send dead letters again, under the keys they had."""
        from lianshen.cases.services import OPERATOR
        from lianshen.cases.services.webhooks import replay as send_again

        typer.echo(f"{send_again(OPERATOR, _book(), webhook, letter)} letters will be sent again")

    @webhooks.command()
    def deliver(
        once: bool = typer.Option(False, "--once", help="Stop when nothing is due."),
    ) -> None:
        """Deliver what waits until interrupted; ``lianshen serve`` does the same beside the pages."""
        import asyncio

        from lianshen.cases.delivery import Deliverer

        try:
            taken = asyncio.run(Deliverer.of(_book(), Settings()).run(until_empty=once))
        except KeyboardInterrupt:
            raise typer.Exit from None
        typer.echo(f"{taken} delivered")
