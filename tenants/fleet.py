"""All villages at once: which of them lag behind the code's migrations, and bringing them to the head."""

from __future__ import annotations

from tenants import privileges, provisioning, steps


def migrate_all() -> None:
    """Bring public, the template and every village to the head, then grant privileges. Runs as the owner."""
    steps.run_in_public()
    provisioning.ensure_template()
    privileges.apply()
