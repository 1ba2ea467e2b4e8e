"""Who may do what where: roles in a village or in the federation, from a day on, perhaps until a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, errors, models, villages, withdrawals
from tenants.acts import Act
from tenants.db import context
from tenants.people import permissions
from tenants.people.permissions import Permission

Role = models.Membership.Role


class Appointment(NamedTuple):
    """A role that somebody has: since a day, and perhaps until a last one."""

    village_code: codes.VillageCode  # empty: the federation's
    role: str
    name: str
    phone: str
    since_on: date
    until_on: date | None


class RoleElsewhere(errors.DomainError):
    """A village's role cannot be had in the federation, nor the other way round."""

    kind = errors.Kind.INVALID
    code = "role-elsewhere"
    sentence = gettext_noop("Peran %(role)s tidak ada di sini.")


class RolesApart(errors.DomainError):
    """One of the two roles checks what the other one makes: nobody holds both on the same day (permissions.APART)."""

    kind = errors.Kind.CONFLICT
    code = "roles-apart"
    sentence = gettext_noop("Orang ini berperan %(other)s pada hari yang sama. Akhiri peran itu dulu, atau pilih orang lain.")


class AlreadyEnds(errors.DomainError):
    """The role ends on that day or before: ending it never gives it more days."""

    kind = errors.Kind.CONFLICT
    code = "role-already-ends"
    sentence = gettext_noop("Peran ini sudah berakhir pada %(day)s. Untuk memperpanjangnya, berikan peran itu lagi.")


class NoSuchRole(errors.DomainError):
    """The person does not have this role here."""

    kind = errors.Kind.NOT_FOUND
    code = "no-such-role"
    sentence = gettext_noop("Orang ini tidak berperan %(role)s di sini.")


class EndsBeforeItBegins(errors.DomainError):
    """The last day of a role lies before its first."""

    kind = errors.Kind.INVALID
    code = "role-ends-before-it-begins"
    sentence = gettext_noop("Hari terakhir tidak boleh sebelum hari pertama.")


def grant(
    *, user_id: uuid.UUID, village_code: codes.VillageCode, role: str, since_on: date, until_on: date | None = None, act: Act
) -> None:
    """Give somebody a role, or give one that is there new days. `until_on` is the last day on which it holds.

    :raises villages.UnknownVillage: if there is no such village
    :raises RoleElsewhere: if the place knows no such role
    :raises EndsBeforeItBegins: if the last day lies before the first
    :raises RolesApart: if the person holds, on one of these days, a role that must be another person's
    :raises permissions.Forbidden: unless `act.by` appoints people
    """
    permissions.require(act.by, Permission.APPOINT, codes.FEDERATION)
    place = _place(village_code)
    if place:
        villages.by_code(code=place)
    if role not in Role.values or (role in models.Membership.FEDERATION_ROLES) != (place == ""):
        raise RoleElsewhere(role=role)
    if until_on is not None and until_on < since_on:
        raise EndsBeforeItBegins
    with context.public(), transaction.atomic():
        models.User.objects.select_for_update(no_key=True).get(id=user_id)  # grants to one person come one after the other
        _refuse_roles_apart(user_id=user_id, place=place, role=role, since_on=since_on, until_on=until_on)
        models.Membership.objects.update_or_create(
            user_id=user_id, village_code=place, role=role, defaults={"since_on": since_on, "until_on": until_on}
        )
        detail = {"role": role, "since_on": since_on.isoformat(), "until_on": until_on.isoformat() if until_on else None}
        activity_log.record(action="role.granted", subject_id=user_id, act=act, village_code=place, detail=detail)


def _refuse_roles_apart(*, user_id: uuid.UUID, place: str, role: str, since_on: date, until_on: date | None) -> None:
    others = [other for pair in permissions.APART if role in pair for other in pair if other != role]
    rows = models.Membership.objects.filter(user_id=user_id, village_code=place, role__in=others)
    rows = rows.filter(Q(until_on=None) | Q(until_on__gte=since_on))
    if until_on is not None:
        rows = rows.filter(since_on__lte=until_on)
    other = rows.values_list("role", flat=True).order_by("role").first()
    if other is not None:
        raise RolesApart(other=other)


def end(*, user_id: uuid.UUID, village_code: codes.VillageCode, role: str, until_on: date, act: Act) -> None:
    """Let a role end: `until_on` is its last day. On the day before its first, it never began. Ending gives no role more days.

    :raises NoSuchRole: if there is none to end
    :raises AlreadyEnds: if its last day lies before
    :raises EndsBeforeItBegins: if that day lies even earlier
    :raises reasons.TooLong: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` appoints people
    """
    permissions.require(act.by, Permission.APPOINT, codes.FEDERATION)
    act = act.with_kept_reason()
    place = _place(village_code)
    with context.public(), transaction.atomic():
        row = models.Membership.objects.select_for_update().filter(user_id=user_id, village_code=place, role=role).first()
        if row is None:
            raise NoSuchRole(role=role)
        if row.until_on is not None and until_on > row.until_on:
            raise AlreadyEnds(day=row.until_on.isoformat())
        if until_on < row.since_on - timedelta(days=1):
            raise EndsBeforeItBegins
        if until_on < row.since_on:
            row.delete()
        else:
            row.until_on = until_on
            row.save(update_fields=["until_on"])
        detail = {"role": role, "since_on": row.since_on.isoformat(), "until_on": until_on.isoformat()}
        activity_log.record(action="role.ended", subject_id=user_id, act=act, village_code=place, detail=detail)
        facts = {"user": str(user_id), "village": place, "role": role, "until_on": until_on.isoformat()}
        withdrawals.note(what=withdrawals.What.ROLE, at=act.at, **facts)


def villages_of(*, user_id: uuid.UUID, on: date) -> list[tuple[codes.VillageCode, frozenset[str]]]:
    """The places where somebody has a role on a day, with the roles, by village code; the federation's is the empty code."""
    with context.public():
        rows = models.Membership.objects.filter(_holds(on), user_id=user_id).order_by("village_code", "role")
        return _gathered(rows.values_list("village_code", "role"))


def appointed(*, village_code: codes.VillageCode | None, on: date) -> list[Appointment]:
    """Who has a role on a day or will have one later: in a village, in the federation (codes.FEDERATION), or anywhere (None)."""
    with context.public():
        rows = models.Membership.objects.filter(Q(until_on=None) | Q(until_on__gte=on))
        if village_code is not None:
            rows = rows.filter(village_code=_place(village_code))
        fields = ("village_code", "role", "user__name", "user__phone", "since_on", "until_on")
        return [Appointment(*row) for row in rows.order_by("village_code", "role", "user__name", "user_id").values_list(*fields)]


def _gathered(rows: Iterable[tuple[str, str]]) -> list[tuple[codes.VillageCode, frozenset[str]]]:
    found: dict[str, set[str]] = {}
    for village_code, role in rows:
        found.setdefault(village_code, set()).add(role)
    return [(codes.VillageCode(village_code), frozenset(roles)) for village_code, roles in found.items()]


def _holds(on: date) -> Q:
    return Q(since_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))


def _place(village_code: codes.VillageCode) -> codes.VillageCode:
    """Rows keep the federation's own roles under the empty code; as a party it is called F."""
    return codes.AT_FEDERATION if village_code in (codes.FEDERATION, codes.AT_FEDERATION) else codes.checked(text=village_code)
