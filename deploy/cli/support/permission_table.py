"""deploy/PERMISSIONS.md: who may do what, as the code decides it."""

from __future__ import annotations

from django.utils import translation

HEAD = """# Who may do what

Written by `pasarsama people permissions`, from `tenants/people/permissions.py`; a test holds it current. A role holds in its place only: a
village's in that village, the federation's at its desk. Nobody is the federation's operator and its approver on the same day.
"""


def markdown() -> str:
    """The page: a table for villages' roles, one for the federation's."""
    from tenants.people import permissions

    parts = [HEAD]
    with translation.override("en"):
        for title, roles in (("In a village", permissions.VILLAGE_ROLES), ("At the federation", permissions.FEDERATION_ROLES)):
            parts += [f"\n## {title}\n\n| | {' | '.join(roles)} |\n|---|{'---|' * len(roles)}\n"]
            for permission, held in permissions.table(roles=roles):
                parts += [f"| {permission.label} | {' | '.join('yes' if holds else '' for holds in held)} |\n"]
        alone = permissions.ROLES[permissions.COMMAND_LINE_ROLE].difference(
            *(permissions.ROLES[role] for role in (*permissions.VILLAGE_ROLES, *permissions.FEDERATION_ROLES))
        )
        labels = [str(permission.label) for permission in permissions.Permission if permission in alone]
        parts += ["\n## By the command line alone\n\n", *(f"- {label}\n" for label in labels)]
    return "".join(parts)
