"""Alembic's entry: runs the migrations on the application's own engine."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
connectable = database.engine


def _lost(connection):
    """Rows whose parent is gone."""
    return connection.exec_driver_sql("PRAGMA foreign_key_check").all()


with connectable.connect() as connection:
    # SQLite changes a table by copying and dropping it: its children must not notice meanwhile.
    copies = connection.dialect.name == "sqlite"
    if copies:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if copies and (lost := _lost(connection)):
            raise RuntimeError(f"a migration would leave rows without their parents: {lost[:5]}")
    connection.commit()
    if copies:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
