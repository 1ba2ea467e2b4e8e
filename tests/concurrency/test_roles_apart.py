"""Two appointments of one person at the same moment: she does not become operator and approver."""

from __future__ import annotations

import threading

from django.db import connections

from tenants import acts, codes
from tenants.people import memberships, permissions
from tests.support import factories


def test_two_grants_at_once_do_not_join_roles_that_are_apart(market):
    barrier, refused = threading.Barrier(2), []

    def grant(role: str) -> None:
        try:
            barrier.wait()
            memberships.grant(
                user_id=factories.WULAN.id,
                village_code=codes.FEDERATION,
                role=role,
                since_on=factories.START.date(),
                act=acts.by_command_line(at=factories.START),
            )
        except memberships.RolesApart as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=grant, args=(role,)) for role in ("operator", "approver")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = permissions.principal(account_id=factories.WULAN.id, on=factories.START.date()).roles_at(codes.FEDERATION)
    assert len(refused) == 1
    assert len(held) == 1
