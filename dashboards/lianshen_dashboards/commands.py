"""The command ``lianshen serve``: the review pages for one machine or one office."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        host: str = typer.Option("127.0.0.1", help="Address to listen on; 0.0.0.0 behind a proxy with HTTPS."),
        port: int = typer.Option(8050, min=1, max=65535, help="Port to listen on."),
    ) -> None:
        """Serve the review pages over the casebook and the published snapshot."""
        import uvicorn

        from lianshen.cases.services import OPERATOR, list_users
        from lianshen.cases.store import Casebook, open_casebook
        from lianshen.config import Settings
        from lianshen.rules.catalogue import rule_texts
        from lianshen_dashboards.app import create_app
        from lianshen_dashboards.rule_names import rule_names

        settings = Settings()
        book = Casebook(open_casebook(settings.casebook_url))
        application = create_app(
            book,
            settings.published_folder,
            rule_names(book, settings.content),
            rule_texts(settings.content),
            settings.home / "backtests",
        )
        typer.echo(f"http://{host}:{port}")
        if not list_users(OPERATOR, book):
            typer.echo("No accounts yet. For a demonstration: lianshen users demo. Else: lianshen users add --help")
        uvicorn.run(application, host=host, port=port, log_level="warning", proxy_headers=False, server_header=False)
