"""Roles per place, from a day on, until a day."""

from __future__ import annotations

import datetime

import pytest

from tenants import acts, codes, models
from tenants.people import memberships, permissions
from tests.support import factories
from tests.support.factories import CIBIRU, MELATI, SUKAMAJU

DAY = datetime.date(2026, 8, 10)
ONE = datetime.timedelta(days=1)


def _grant(person, **changes):
    terms = {
        "user_id": person.id,
        "village_code": CIBIRU,
        "role": "cashier",
        "since_on": DAY,
        "act": acts.by_command_line(at=factories.START),
    }
    memberships.grant(**{**terms, **changes})


def test_a_role_holds_from_its_first_day_through_its_last(market):
    _grant(factories.WULAN, until_on=DAY + ONE)
    held = [permissions.principal(account_id=factories.WULAN.id, on=DAY + ONE * days).roles_at(CIBIRU) for days in (-1, 0, 1, 2)]
    assert held == [frozenset(), {"cashier"}, {"cashier"}, frozenset()]


def test_a_role_holds_in_its_village_only(market):
    for code in (CIBIRU, MELATI, codes.FEDERATION):
        assert permissions.principal(account_id=factories.RATNA.id, on=DAY).roles_at(code) == frozenset()
    assert permissions.principal(account_id=factories.RATNA.id, on=DAY).roles_at(SUKAMAJU) == {"manager"}
    assert permissions.principal(account_id=factories.AUDITOR.id, on=DAY).roles_at(codes.FEDERATION) == {"auditor"}
    assert permissions.principal(account_id=factories.AUDITOR.id, on=DAY).roles_at(SUKAMAJU) == frozenset()


def test_one_person_may_have_roles_in_several_places(market):
    _grant(factories.DARTO)
    _grant(factories.DARTO, role="courier")
    assert memberships.villages_of(user_id=factories.DARTO.id, on=DAY) == [(SUKAMAJU, {"cashier"}), (CIBIRU, {"cashier", "courier"})]
    assert memberships.villages_of(user_id=factories.OPERATOR.id, on=DAY) == [("", {"operator"})]


def test_granting_again_gives_new_days(market):
    _grant(factories.WULAN, until_on=DAY)
    _grant(factories.WULAN, since_on=DAY - ONE)
    assert permissions.principal(account_id=factories.WULAN.id, on=DAY + ONE * 300).roles_at(CIBIRU) == {"cashier"}
    assert models.Membership.objects.filter(user_id=factories.WULAN.id).count() == 1


def test_a_role_ends(market):
    terms = {
        "user_id": factories.DARTO.id,
        "village_code": SUKAMAJU,
        "role": "cashier",
        "act": acts.by_command_line(at=factories.START, reason="pindah"),
    }
    memberships.end(**terms, until_on=DAY)
    assert permissions.principal(account_id=factories.DARTO.id, on=DAY).roles_at(SUKAMAJU) == {"cashier"}
    assert permissions.principal(account_id=factories.DARTO.id, on=DAY + ONE).roles_at(SUKAMAJU) == frozenset()
    entry = models.ActivityEntry.objects.get(action="role.ended")
    assert (entry.by, entry.village_code, entry.reason) == (None, SUKAMAJU, "pindah")
    with pytest.raises(memberships.NoSuchRole):
        memberships.end(**{**terms, "role": "manager"}, until_on=DAY)


def test_a_role_that_had_not_begun_never_does(market):
    _grant(factories.WULAN)
    terms = {"user_id": factories.WULAN.id, "village_code": CIBIRU, "role": "cashier", "act": acts.by_command_line(at=factories.START)}
    with pytest.raises(memberships.EndsBeforeItBegins):
        memberships.end(**terms, until_on=DAY - 2 * ONE)
    memberships.end(**terms, until_on=DAY - ONE)
    assert memberships.villages_of(user_id=factories.WULAN.id, on=DAY) == []


@pytest.mark.parametrize(("code", "role"), [(CIBIRU, "operator"), (codes.FEDERATION, "manager"), (CIBIRU, "king")])
def test_a_role_of_another_place_is_refused(market, code, role):
    with pytest.raises(memberships.RoleElsewhere):
        _grant(factories.WULAN, village_code=code, role=role)


def test_a_role_cannot_end_before_it_begins(market):
    with pytest.raises(memberships.EndsBeforeItBegins):
        _grant(factories.WULAN, until_on=DAY - ONE)


def test_ending_never_gives_a_role_more_days(market):
    _grant(factories.WULAN, until_on=DAY + ONE)
    with pytest.raises(memberships.AlreadyEnds):
        _end(factories.WULAN, until_on=DAY + 30 * ONE)
    _end(factories.WULAN, until_on=DAY + ONE)
    _end(factories.WULAN, until_on=DAY)
    with pytest.raises(memberships.AlreadyEnds):
        _end(factories.WULAN, until_on=DAY + ONE)
    assert permissions.principal(account_id=factories.WULAN.id, on=DAY + ONE).roles_at(CIBIRU) == frozenset()


def _end(person, *, until_on, role="cashier", place=CIBIRU):
    act = acts.by_command_line(at=factories.START)
    memberships.end(user_id=person.id, village_code=place, role=role, until_on=until_on, act=act)


@pytest.mark.parametrize(("since", "until"), [(0, None), (-9, 0), (9, 10)])
def test_nobody_is_operator_and_approver_on_the_same_day(market, since, until):
    terms = {"village_code": codes.FEDERATION}
    _grant(factories.WULAN, **terms, role="operator")
    days = {"since_on": DAY + since * ONE, "until_on": None if until is None else DAY + until * ONE}
    with pytest.raises(memberships.RolesApart) as refused:
        _grant(factories.WULAN, **terms, role="approver", **days)
    assert refused.value.values == {"other": "operator"}
    _grant(factories.WULAN, **terms, role="auditor", **days)


def test_who_was_operator_may_become_approver_the_day_after_and_not_longer_operator_then(market):
    terms = {"village_code": codes.FEDERATION}
    _grant(factories.WULAN, **terms, role="operator", until_on=DAY)
    _grant(factories.WULAN, **terms, role="approver", since_on=DAY + ONE)
    with pytest.raises(memberships.RolesApart):
        _grant(factories.WULAN, **terms, role="operator", until_on=DAY + ONE)
