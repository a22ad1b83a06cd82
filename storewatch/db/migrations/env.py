"""Runs the migrations on the connection that ``storewatch.db.migrate`` opened, inside its transaction."""

from alembic import context

from storewatch.db import models, version, views

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=models.metadata,
    version_table=version.TABLE,
    # SQLite can change its schema in a transaction; Alembic only assumes that its driver cannot.
    transactional_ddl=True,
    # SQLite changes a column by making the table anew; batch mode does that.
    render_as_batch=True,
)

for statement in views.drop_statements():
    connection.exec_driver_sql(statement)
context.run_migrations()
for statement in views.create_statements():
    connection.exec_driver_sql(statement)
