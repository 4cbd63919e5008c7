"""What Alembic runs for every command; the connection comes from the caller, whose transaction this is.

It knows nothing of URLs and settings.
"""

from alembic import context

from storage.desk_tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
context.run_migrations()
