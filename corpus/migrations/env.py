"""Runs the migrations on the connection that ``corpus.database`` hands over.

Never opens a connection and never commits: migrating and filling are one transaction.
"""

from alembic import context

from corpus.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column; batches make one history serve both databases
    transactional_ddl=True,  # both databases roll back DDL; Alembic does not believe it of SQLite
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
