"""The table of who may do what is the one that the code decides by."""

from __future__ import annotations

from pathlib import Path

from deploy.cli.support import permission_table
from tenants.people import permissions

ROOT = Path(__file__).resolve().parents[5]
PLACES = (permissions.VILLAGE_ROLES, permissions.FEDERATION_ROLES)


def test_the_written_table_is_current():
    assert (ROOT / "deploy" / "PERMISSIONS.md").read_text(encoding="utf-8") == permission_table.markdown()


def test_every_role_and_every_permission_stands_in_it():
    rows = sum(len(permissions.table(roles=roles)) for roles in PLACES)

    by_command_line = permissions.ROLES[permissions.COMMAND_LINE_ROLE]
    assert {role for roles in PLACES for role in roles} == set(permissions.Role)
    assert permission_table.markdown().count("\n| ") == rows + len(PLACES)
    assert {permission for roles in PLACES for permission, _ in permissions.table(roles=roles)} | by_command_line == set(
        permissions.Permission
    )
