"""How Alembic runs the steps: on the connection that it is given, in the transaction under way."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
