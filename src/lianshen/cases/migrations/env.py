"""Run migrations on the connection that the store hands over: no ini file, no second connection."""

from alembic import context

from lianshen.cases.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
