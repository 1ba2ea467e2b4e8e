"""Django's schema editor, which can also keep what it said, so that it can be said again in other schemas."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def execute(self, sql: Any, params: Any = ()) -> None:
        """Run one statement, and append its text to `connection.statements_kept` while that is a list."""
        text = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
        super().execute(text, None)
        kept: list[str] | None = getattr(self.connection, "statements_kept", None)
        if kept is not None and not self.collect_sql:
            kept.append(text.strip().rstrip(";"))
