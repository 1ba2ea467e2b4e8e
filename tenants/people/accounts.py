"""Accounts of the whole federation: one phone number, one account. What somebody may do where stands in `members`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth import hashers, password_validation
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tenants import activity_log, acts, codes, errors, models, phones, texts, throttle, villages, withdrawals
from tenants.acts import Act
from tenants.db import context
from tenants.people import known_browsers, permissions
from tenants.people.permissions import Permission, Principal

BACKEND = "tenants.people.accounts.Sessions"  # for django.contrib.auth.login(request, user, backend=...)

TRIES_SECONDS = 900
TRIES_PER_SOURCE_AND_PHONE_MAX = 6
TRIES_PER_SOURCE_MAX = 40  # a village office may share one address
TRIES_PER_PHONE_MAX = 60  # high, so that a stranger cannot easily lock somebody out
OPENING_TRIES_PER_SOURCE_MAX = 20  # within TRIES_SECONDS; each tells whether a number has an account
OPENED_SECONDS = 3600
OPENED_PER_SOURCE_MAX = 5


class WrongLogin(errors.DomainError):
    """Phone number and password do not belong together; nobody learns which of them was wrong."""

    kind = errors.Kind.INVALID
    code = "wrong-login"
    sentence = gettext_noop("Nomor HP atau kata sandi salah.")


class TooManyForPhone(throttle.TooManyTries):
    """Others, from many networks, tried this phone number too often."""

    sentence = gettext_noop(
        "Terlalu banyak percobaan masuk dengan nomor ini, mungkin oleh orang lain. Pakai HP atau browser yang pernah Anda pakai untuk"
        " masuk, atau tunggu %(minutes)s menit."
    )


class PhoneTaken(errors.DomainError):
    """There is an account with this phone number."""

    kind = errors.Kind.CONFLICT
    code = "phone-taken"
    sentence = gettext_noop("Nomor HP ini sudah punya akun. Silakan masuk.")


class WeakPassword(errors.DomainError):
    """The password is too easy to guess."""

    kind = errors.Kind.INVALID
    code = "weak-password"
    sentence = gettext_noop("Kata sandi terlalu mudah ditebak. Pakai paling sedikit 8 huruf atau angka yang tidak umum.")


class BadName(errors.DomainError):
    """The name is empty or too long."""

    kind = errors.Kind.INVALID
    code = "bad-name"
    sentence = gettext_noop("Tulis nama, paling panjang 100 huruf.")


class Sessions(BaseBackend):
    """Finds the account of a session. It knows no password, so nothing passes `authenticate` and its throttle by."""

    def get_user(self, user_id: uuid.UUID) -> models.User | None:
        return models.User.objects.filter(pk=user_id, is_active=True).first()

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        return None


def register(*, phone: str, name: str, password: str, home_village: str, at: datetime, source: str | None = None) -> models.User:
    """Open an account. `home_village` is a member's code, or codes.OUTSIDE; `source` is the network address of a visitor who asks.

    :raises throttle.TooManyTries: after too many tries, or too many new accounts, from that address
    :raises phones.BadPhone: if it is no phone number
    :raises BadName, texts.HiddenSign: if the name is empty or longer than 100 characters, or holds a sign that nobody sees
    :raises WeakPassword: if it is too easy to guess
    :raises villages.UnknownVillage: if the home is no member
    :raises PhoneTaken: if there is an account with this number
    """
    if source is not None:
        throttle.hit_from(key="open-source", source=source, limit=OPENING_TRIES_PER_SOURCE_MAX, seconds=TRIES_SECONDS)
    number = phones.normalise(phone)
    name = texts.clean(name, most=100, otherwise=BadName())
    if home_village != codes.OUTSIDE:
        villages.by_code(code=home_village)
    user = models.User(phone=number, name=name, home_village=home_village, created_at=at)
    user.password = _hash(password, user)
    if source is not None:
        throttle.hit_from(key="opened-source", source=source, limit=OPENED_PER_SOURCE_MAX, seconds=OPENED_SECONDS)
    try:
        with context.public(), transaction.atomic():
            user.save(force_insert=True)
            activity_log.record(action="account.opened", subject_id=user.id, act=Act(by=Principal(account_id=user.id), at=at))
    except IntegrityError:
        if source is not None:
            throttle.give_back_from(key="opened-source", source=source, seconds=OPENED_SECONDS)
        raise PhoneTaken from None
    return user


def register_together(*, people: Sequence[tuple[str, str, str]], password: str, at: datetime) -> dict[str, uuid.UUID]:
    """Open accounts with one password, hashed once: (phone, name, home village) each. For demonstrations: a hash costs 0.1 s.

    Gives the account's id by the phone number as it was written.

    :raises phones.BadPhone, WeakPassword, django.db.IntegrityError: as in `register`
    """
    users = {
        phone: models.User(phone=phones.normalise(phone), name=name, home_village=home_village, created_at=at)
        for phone, name, home_village in people
    }
    hashed = _hash(password, models.User())
    for user in users.values():
        user.password = hashed
    with context.public(), transaction.atomic():
        models.User.objects.bulk_create(users.values())
        for user in users.values():
            activity_log.record(action="account.opened", subject_id=user.id, act=acts.by_system(at=at))
    return {phone: user.id for phone, user in users.items()}


def ids_of(*, numbers: Sequence[str]) -> dict[str, uuid.UUID]:
    """The accounts of phone numbers as they are written; those without one are left out."""
    written = {phones.normalise(number): number for number in numbers}
    with context.public():
        rows = models.User.objects.filter(phone__in=written).values_list("phone", "id")
        return {written[number]: user_id for number, user_id in rows}


def names_of(*, user_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """What people are called, by id; ids of nobody are left out."""
    return dict(models.User.objects.filter(id__in={user_id for user_id in user_ids if user_id}).values_list("id", "name"))


def called(*, account_id: uuid.UUID | None) -> str | errors.Words:
    """Who did something, as a sentence names one; what the market did by itself, or somebody without a name, is the system's."""
    name = names_of(user_ids=[account_id]).get(account_id, "") if account_id else ""
    return name or errors.Words(gettext_noop("sistem"))


def authenticate(*, phone: str, password: str, source: str, browser: str = "") -> models.User:
    """Give the account of a phone number and its password. `source` is the network address that asks.

    `browser`: the tokens of known_browsers that it sent. One in which this account signed in before counts by itself alone: whatever
    strangers try with this number, or from the same address, the owner gets in.

    Only what fails counts in the end: a whole office may log in from one address. A try counts before it is looked at all the same, so
    that a hundred at once are no more than a hundred one by one.

    :raises throttle.TooManyTries: after too many tries from there, for this number, or in this browser
    :raises WrongLogin: if they do not belong together, or the account is closed
    """
    number = _number(phone)
    user = _of_number(number)
    known = known_browsers.known(tokens=browser, user=user) if user else ""
    if known:
        throttle.hit(key=f"login-browser:{known}", limit=TRIES_PER_SOURCE_AND_PHONE_MAX, seconds=TRIES_SECONDS)
    else:
        throttle.hit_from(key="login-source", source=source, limit=TRIES_PER_SOURCE_MAX, seconds=TRIES_SECONDS)
        if not number:
            raise WrongLogin
        throttle.hit_from(key=f"login:{number}", source=source, limit=TRIES_PER_SOURCE_AND_PHONE_MAX, seconds=TRIES_SECONDS)
        throttle.hit(key=f"login-phone:{number}", limit=TRIES_PER_PHONE_MAX, seconds=TRIES_SECONDS, refusal=TooManyForPhone)
    if user is None:
        hashers.make_password(password)  # as long as a real comparison: the clock must not tell which numbers have accounts
        raise WrongLogin
    if not user.check_password(password) or not user.is_active:
        raise WrongLogin
    if known:
        throttle.give_back(key=f"login-browser:{known}", seconds=TRIES_SECONDS)
        return user
    for key in ("login-source", f"login:{number}"):
        throttle.give_back_from(key=key, source=source, seconds=TRIES_SECONDS)
    throttle.give_back(key=f"login-phone:{number}", seconds=TRIES_SECONDS)
    return user


def _number(phone: str) -> str:
    """The number as accounts have it; empty if it is none."""
    try:
        return phones.normalise(phone)
    except phones.BadPhone:
        return ""


def _of_number(number: str) -> models.User | None:
    with context.public():
        return models.User.objects.filter(phone=number).first() if number else None


def set_password(*, user_id: uuid.UUID, password: str, act: Act) -> None:
    """Give an account a new password; sessions opened with the old one end.

    :raises WeakPassword: if it is too easy to guess
    :raises WrongLogin: if there is no such account
    :raises permissions.Forbidden: unless `act.by` manages others' accounts
    """
    permissions.require(act.by, Permission.MANAGE_ACCOUNTS, codes.FEDERATION)
    with context.public(), transaction.atomic():
        user = models.User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise WrongLogin
        user.password = _hash(password, user)
        user.save(update_fields=["password"])
        activity_log.record(action="account.password-set", subject_id=user_id, act=act)
        withdrawals.note(what=withdrawals.What.PASSWORD, at=act.at, user=str(user_id), hash=user.password)


def use_password_of(*, user_id: uuid.UUID, encoded: str, act: Act) -> bool:
    """Let a password hold that was set in the time that a restore lost; False if it holds, or there is no such account.

    :raises permissions.Forbidden: unless `act.by` manages others' accounts
    """
    permissions.require(act.by, Permission.MANAGE_ACCOUNTS, codes.FEDERATION)
    with context.public(), transaction.atomic():
        changed = models.User.objects.filter(pk=user_id).exclude(password=encoded).update(password=encoded)
        if changed:
            activity_log.record(action="account.password-set", subject_id=user_id, act=act)
            withdrawals.note(what=withdrawals.What.PASSWORD, at=act.at, user=str(user_id), hash=encoded)
    return bool(changed)


def _hash(password: str, user: models.User) -> str:
    try:
        password_validation.validate_password(password, user)
    except ValidationError:
        raise WeakPassword from None
    return hashers.make_password(password)
