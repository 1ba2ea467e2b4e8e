"""The connection: the backend, the one door between schemas, prepared statements, and what the application's role may do."""
