"""What strangers try with a phone number, or from the owner's own address, does not lock its owner out."""

from __future__ import annotations

import pytest

from tenants import acts, models, throttle
from tenants.people import accounts, known_browsers
from tests.support import factories
from tests.support.factories import PASSWORD, START

RATNA = factories.RATNA


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs a hash; and no window of the counts may end meanwhile."""
    monkeypatch.setattr(accounts, "TRIES_PER_PHONE_MAX", 12)
    monkeypatch.setattr(accounts, "TRIES_PER_SOURCE_MAX", 8)
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_000.0)


def _user(person=RATNA) -> models.User:
    return models.User.objects.get(id=person.id)


def _fail(source: str, *, browser: str = "", phone: str = RATNA.phone) -> None:
    with pytest.raises(accounts.WrongLogin):
        accounts.authenticate(phone=phone, password="salah", source=source, browser=browser)  # noqa: S106 - of a test


def _from_many_addresses() -> None:
    for number in range(accounts.TRIES_PER_PHONE_MAX):
        _fail(f"10.6.6.{number // accounts.TRIES_PER_SOURCE_AND_PHONE_MAX}")


def test_many_addresses_lock_a_number_but_not_the_browser_in_which_its_owner_signed_in(market):
    browser = known_browsers.remembered(tokens="", user=_user())
    _from_many_addresses()

    with pytest.raises(accounts.TooManyForPhone, match="browser yang pernah Anda pakai"):
        accounts.authenticate(phone=RATNA.phone, password=PASSWORD, source="10.0.0.1")
    assert accounts.authenticate(phone=RATNA.phone, password=PASSWORD, source="10.0.0.1", browser=browser).id == RATNA.id


def test_strangers_behind_the_same_address_do_not_lock_it_either(market):
    browser = known_browsers.remembered(tokens="", user=_user())
    for number in range(accounts.TRIES_PER_SOURCE_MAX):
        _fail("10.0.0.1", phone=f"0812{number:08}")

    with pytest.raises(throttle.TooManyFromNetwork, match="mungkin oleh orang lain"):
        accounts.authenticate(phone=RATNA.phone, password=PASSWORD, source="10.0.0.1")
    assert accounts.authenticate(phone=RATNA.phone, password=PASSWORD, source="10.0.0.1", browser=browser).id == RATNA.id


def test_a_new_password_makes_the_browser_a_stranger(market):
    browser = known_browsers.remembered(tokens="", user=_user())
    accounts.set_password(user_id=RATNA.id, password="sawah-baru-7", act=acts.by_command_line(at=START))  # noqa: S106
    _from_many_addresses()

    with pytest.raises(accounts.TooManyForPhone):
        accounts.authenticate(phone=RATNA.phone, password="sawah-baru-7", source="10.0.0.1", browser=browser)  # noqa: S106


def test_a_known_browser_guesses_no_more_than_an_address(market):
    browser = known_browsers.remembered(tokens="", user=_user())
    for number in range(accounts.TRIES_PER_SOURCE_AND_PHONE_MAX):
        _fail(f"10.6.6.{number}", browser=browser)
    with pytest.raises(throttle.TooManyTries):
        accounts.authenticate(phone=RATNA.phone, password=PASSWORD, source="10.0.0.1", browser=browser)


def test_a_token_is_of_one_account_and_cannot_be_made(market):
    browser = known_browsers.remembered(tokens="", user=_user())
    assert known_browsers.known(tokens=browser, user=_user())
    assert not known_browsers.known(tokens=browser, user=_user(factories.TINI))
    account, name, signature = browser.split(".")
    for forged in (
        "",
        "~~",
        "x",
        f"{account}.{name}",
        f"{account}.0000000000000000.{signature}",
        f"{factories.TINI.id.hex}.{name}.{signature}",
    ):
        assert not known_browsers.known(tokens=forged, user=_user())
        assert not known_browsers.known(tokens=forged, user=_user(factories.TINI))


def test_a_familys_phone_is_known_for_its_last_four_accounts(market):
    people = [factories.RATNA, factories.TINI, factories.WULAN, factories.SARI, factories.ASEP]
    tokens = ""
    for person in people:
        tokens = known_browsers.remembered(tokens=tokens, user=_user(person))
    assert [bool(known_browsers.known(tokens=tokens, user=_user(person))) for person in people] == [False, True, True, True, True]
    name = known_browsers.known(tokens=tokens, user=_user(factories.TINI))
    again = known_browsers.remembered(tokens=tokens, user=_user(factories.TINI))
    assert known_browsers.known(tokens=again, user=_user(factories.TINI)) == name  # what it counts goes on
    assert len(again.split("~")) == 4
