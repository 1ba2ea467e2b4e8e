"""What each role holds, where, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenants import acts
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import Kind
from tenants.people import memberships, permissions
from tenants.people.permissions import APART, COMMAND_LINE, ROLES, Permission, Principal, Role
from tests.support import factories

CIBIRU, MELATI = VillageCode(factories.CIBIRU), VillageCode(factories.MELATI)
TODAY = factories.START.date()

# What puts somebody in a position to take or move money. Whoever only looks, advises or approves holds none of these.
OF_MONEY = {
    Permission.TAKE_CASH,
    Permission.CONFIRM_TRANSFERS,
    Permission.UNDO_PAYMENTS,
    Permission.REFUND,
    Permission.PAY_OUT_REFUNDS,
    Permission.ORDER_FOR_OTHERS,
    Permission.PLAN_CASH_PAYMENTS,
    Permission.CONFIRM_CASH_PAYMENTS,
    Permission.TAKE_CASH_AT_THE_DOOR,
    Permission.CHANGE_BANK_ACCOUNT,
    Permission.PAY_VILLAGES,
    Permission.DECIDE_STATEMENT_LINES,
    Permission.DECIDE_GATEWAY_MONEY,
    Permission.PROPOSE_PAYOUT_ANSWERS,
}


def _holding(role: str, *, place: str = CIBIRU) -> Principal:
    return Principal(account_id=None, roles=frozenset({(VillageCode(place), role)}))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_holds_its_permissions_in_its_own_place_and_none_elsewhere(role: str):
    by = _holding(role)
    assert permissions.held(by, CIBIRU) == ROLES[role]
    assert permissions.held(by, MELATI) == frozenset()
    assert permissions.held(by, FEDERATION) == frozenset()
    for permission in Permission:
        assert permissions.can(by, permission, CIBIRU) is (permission in ROLES[role])


def test_every_role_that_can_be_given_has_a_row_and_every_permission_a_holder():
    assert set(ROLES) == {*Role.values, permissions.COMMAND_LINE_ROLE}
    assert frozenset().union(*ROLES.values()) == frozenset(Permission)


def test_who_may_not_is_refused_as_forbidden():
    permissions.require(_holding(Role.CASHIER), Permission.TAKE_CASH, CIBIRU)
    with pytest.raises(permissions.Forbidden) as refused:
        permissions.require(_holding(Role.SERVICE), Permission.TAKE_CASH, CIBIRU)
    assert refused.value.kind is Kind.FORBIDDEN


def test_a_second_role_adds_and_takes_nothing_away():
    both = Principal(account_id=None, roles=frozenset({(CIBIRU, Role.COURIER), (CIBIRU, Role.SERVICE), (MELATI, Role.MANAGER)}))
    assert permissions.held(both, CIBIRU) == ROLES[Role.COURIER] | ROLES[Role.SERVICE]


def test_who_checks_moves_no_money():
    for role in (Role.AUDITOR, Role.APPROVER, Role.SERVICE, permissions.COMMAND_LINE_ROLE):
        assert not ROLES[role] & OF_MONEY, role
    for apart in APART:
        shared = frozenset.intersection(*(ROLES[role] for role in apart))
        assert shared == {Permission.SEE_DESK}
    assert not permissions.can(COMMAND_LINE, Permission.APPROVE_CYCLE, FEDERATION)


def test_a_person_holds_the_roles_of_the_day_everywhere_in_one_statement(market, django_queries):
    memberships.grant(
        user_id=factories.SARI.id,
        village_code=MELATI,
        role="cashier",
        since_on=TODAY,
        act=acts.by_command_line(at=factories.START),
    )
    until = TODAY + timedelta(days=9)
    memberships.end(
        user_id=factories.SARI.id,
        village_code=CIBIRU,
        role="manager",
        until_on=until,
        act=acts.by_command_line(at=factories.START),
    )
    with django_queries() as asked:
        now = permissions.principal(account_id=factories.SARI.id, on=until)
    assert len(asked) == 1
    assert now == Principal(factories.SARI.id, frozenset({(CIBIRU, Role.MANAGER), (MELATI, Role.CASHIER)}))
    later = permissions.principal(account_id=factories.SARI.id, on=until + timedelta(days=1))
    assert later.roles_at(CIBIRU) == frozenset()
    assert permissions.can(later, Permission.TAKE_CASH, MELATI)
    assert permissions.principal(account_id=factories.OPERATOR.id, on=TODAY).roles == frozenset({(FEDERATION, Role.OPERATOR)})


def test_a_role_is_added_as_a_row(market, monkeypatch):
    """A facilitator, say: reads and advises, holds nothing of money; that it ends is a matter of its last day, as for every role."""
    monkeypatch.setitem(ROLES, "facilitator", frozenset({Permission.SEE_GOODS, Permission.SEE_STATEMENTS}))
    by = _holding("facilitator")
    assert permissions.can(by, Permission.SEE_STATEMENTS, CIBIRU)
    assert not permissions.can(by, Permission.CHANGE_GOODS, CIBIRU)
    assert not ROLES["facilitator"] & OF_MONEY
    rows = dict(permissions.table(roles=("manager", "facilitator")))
    assert rows[Permission.SEE_GOODS] == (True, True)
    assert rows[Permission.TAKE_CASH] == (True, False)
