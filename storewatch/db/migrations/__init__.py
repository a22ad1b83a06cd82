"""Alembic's folder: ``storewatch.db.migrate`` runs it, nothing else has to."""
