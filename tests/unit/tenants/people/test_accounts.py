"""One phone number, one account."""

from __future__ import annotations

import pytest
from django.contrib import auth

from tenants import acts, codes, models, phones, throttle, villages
from tenants.people import accounts
from tests.support import factories
from tests.support.factories import PASSWORD, START, SUKAMAJU


def _register(**changes):
    terms = {"phone": "0813-9000-1000", "name": " Mbah  Karto ", "password": "padi-menguning", "home_village": SUKAMAJU, "at": START}
    return accounts.register(**{**terms, **changes})


def test_an_account_is_opened_and_found_by_any_spelling(market):
    user = _register()
    assert (user.phone, user.name) == ("+6281390001000", "Mbah Karto")
    assert user.password.startswith("argon2")
    found = accounts.authenticate(phone="+62 813 9000 1000", password="padi-menguning", source="10.0.0.1")  # noqa: S106 - of a test
    assert found.id == user.id


def test_one_number_has_one_account(market):
    _register()
    with pytest.raises(accounts.PhoneTaken):
        _register(phone="+62 813 9000 1000")
    assert models.ActivityEntry.objects.filter(action="account.opened").count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"phone": "0813"}, phones.BadPhone),
        ({"name": "  "}, accounts.BadName),
        ({"name": "x" * 101}, accounts.BadName),
        ({"name": "a\x00b"}, accounts.BadName),
        ({"password": "pendek"}, accounts.WeakPassword),
        ({"password": "password1"}, accounts.WeakPassword),
        ({"home_village": "34.02.90.2999"}, villages.UnknownVillage),
    ],
)
def test_what_cannot_be_an_account_is_refused(market, change, refusal):
    before = models.User.objects.count()
    with pytest.raises(refusal):
        _register(**change)
    assert models.User.objects.count() == before


def test_a_home_may_be_outside_the_federation(market):
    assert _register(home_village=codes.OUTSIDE).home_village == ""


@pytest.mark.parametrize(
    ("phone", "password"),
    [(factories.RATNA.phone, "salah-sekali"), ("0813-0000-0000", PASSWORD), ("no number", PASSWORD), (factories.RATNA.phone, "")],
)
def test_nobody_learns_what_was_wrong(market, phone, password):
    with pytest.raises(accounts.WrongLogin):
        accounts.authenticate(phone=phone, password=password, source="10.0.0.1")


def test_a_closed_account_cannot_log_in(market):
    models.User.objects.filter(id=factories.RATNA.id).update(is_active=False)
    with pytest.raises(accounts.WrongLogin):
        accounts.authenticate(phone=factories.RATNA.phone, password=PASSWORD, source="10.0.0.1")


def test_guessing_is_throttled_and_a_neighbour_is_not(market):
    for _ in range(accounts.TRIES_PER_SOURCE_AND_PHONE_MAX):
        with pytest.raises(accounts.WrongLogin):
            accounts.authenticate(phone=factories.TINI.phone, password="salah", source="10.6.6.6")  # noqa: S106 - of a test
    with pytest.raises(throttle.TooManyTries):
        accounts.authenticate(phone=factories.TINI.phone, password=PASSWORD, source="10.6.6.6")
    assert accounts.authenticate(phone=factories.TINI.phone, password=PASSWORD, source="10.0.0.1").id == factories.TINI.id


def test_a_new_password_ends_the_old_one(market):
    accounts.set_password(user_id=factories.RATNA.id, password="sawah-baru-7", act=acts.by_command_line(at=START))  # noqa: S106
    assert accounts.authenticate(phone=factories.RATNA.phone, password="sawah-baru-7", source="a").id == factories.RATNA.id  # noqa: S106
    with pytest.raises(accounts.WrongLogin):
        accounts.authenticate(phone=factories.RATNA.phone, password=PASSWORD, source="b")
    assert models.ActivityEntry.objects.get(action="account.password-set").by is None
    with pytest.raises(accounts.WeakPassword):
        accounts.set_password(user_id=factories.RATNA.id, password="12345678", act=acts.by_command_line(at=START))  # noqa: S106


def test_djangos_own_login_knows_no_password(market):
    assert auth.authenticate(phone=factories.RATNA.phone, password=PASSWORD) is None
    assert auth.authenticate(username=factories.RATNA.phone, password=PASSWORD) is None


def test_a_whole_office_logs_in_from_one_address(market, monkeypatch):
    monkeypatch.setattr(accounts, "TRIES_PER_SOURCE_MAX", 3)
    for _ in range(accounts.TRIES_PER_SOURCE_AND_PHONE_MAX + 2):
        accounts.authenticate(phone=factories.TINI.phone, password=PASSWORD, source="10.0.0.1")
    for _ in range(3):
        with pytest.raises(accounts.WrongLogin):
            accounts.authenticate(phone=factories.RATNA.phone, password="salah", source="10.0.0.1")
    with pytest.raises(throttle.TooManyTries):
        accounts.authenticate(phone=factories.TINI.phone, password=PASSWORD, source="10.0.0.1")


def test_one_address_opens_few_accounts(market):
    for _ in range(3):
        with pytest.raises(accounts.PhoneTaken):  # opens nothing, so it counts as a try only
            _register(phone=factories.RATNA.phone, source="10.6.6.6")
    for number in range(accounts.OPENED_PER_SOURCE_MAX):
        _register(phone=f"0813-9000-100{number}", source="10.6.6.6")
    with pytest.raises(throttle.TooManyTries):
        _register(phone="0813-9000-1009", source="10.6.6.6")
    _register(phone="0813-9000-1009", source="10.0.0.1")


def test_asking_who_has_an_account_is_throttled(market):
    for _ in range(accounts.OPENING_TRIES_PER_SOURCE_MAX):
        with pytest.raises(accounts.PhoneTaken):
            _register(phone=factories.RATNA.phone, source="10.6.6.6")
    with pytest.raises(throttle.TooManyTries):
        _register(phone=factories.RATNA.phone, source="10.6.6.6")
