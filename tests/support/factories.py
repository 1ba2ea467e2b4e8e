"""The standing characters: Sukamaju buys, Cibiru sells, Melati must see nothing."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import uuid

import factory
from django.contrib.auth import hashers

from tenants import activity_log, acts, codes, models
from tenants.people import permissions

SUKAMAJU = "34.02.90.2001"
CIBIRU = "34.02.90.2002"
MELATI = "34.02.90.2003"
VILLAGES = {SUKAMAJU: "Sukamaju", CIBIRU: "Cibiru", MELATI: "Melati"}
START = datetime.datetime(2026, 6, 1, 8, 0, tzinfo=datetime.UTC)  # when the three villages joined
PASSWORD = "rahasia-desa-9"  # noqa: S105 - of everybody in the tests


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody who is in every test's database."""

    name: str
    phone: str
    home_village: str = ""
    role: str = ""
    village_code: str = ""  # of the role; empty: the federation's

    @property
    def principal(self) -> permissions.Principal:
        """This person with the role of every day."""
        place = codes.VillageCode(self.village_code) if self.village_code else codes.FEDERATION
        return permissions.Principal(self.id, frozenset({(place, self.role)}) if self.role else frozenset())

    @property
    def id(self) -> uuid.UUID:
        """The same in every run."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"tel:{self.phone}")


RATNA = Person("Bu Ratna", "+6281290010001", SUKAMAJU, "manager", SUKAMAJU)
DARTO = Person("Pak Darto", "+6281290010002", SUKAMAJU, "cashier", SUKAMAJU)
UJANG = Person("Mas Ujang", "+6281290010003", SUKAMAJU, "courier", SUKAMAJU)
SARI = Person("Bu Sari", "+6281290020001", CIBIRU, "manager", CIBIRU)
ASEP = Person("Pak Asep", "+6281290020002", CIBIRU, "cashier", CIBIRU)
TINI = Person("Bu Tini", "+6281290030001", MELATI, "manager", MELATI)  # the stranger: sees nothing of the others
WULAN = Person("Mbak Wulan", "+6281290010009", SUKAMAJU)  # buys
OPERATOR = Person("Galih", "+6281290000001", role="operator")
APPROVER = Person("Endang", "+6281290000002", role="approver")
AUDITOR = Person("Suroto", "+6281290000003", role="auditor")
PEOPLE = (RATNA, DARTO, UJANG, SARI, ASEP, TINI, WULAN, OPERATOR, APPROVER, AUDITOR)


def staff(village_code: str, role: str = "manager") -> permissions.Principal:
    """Somebody with this role in a village: the standing character, or somebody without an account."""
    for person in PEOPLE:
        if (person.village_code, person.role) == (village_code, role):
            return person.principal
    return permissions.Principal(None, frozenset({(codes.VillageCode(village_code), role)}))


class UserFactory(factory.django.DjangoModelFactory):
    """An account; the password is PASSWORD."""

    class Meta:
        model = models.User

    phone = factory.Sequence(lambda number: f"+62813{number:08}")
    name = factory.Sequence(lambda number: f"Warga {number}")
    home_village = SUKAMAJU
    created_at = START
    password = factory.LazyFunction(lambda: password_hash())


class MembershipFactory(factory.django.DjangoModelFactory):
    """A role, of a manager of Sukamaju unless said otherwise."""

    class Meta:
        model = models.Membership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    village_code = SUKAMAJU
    role = "manager"
    since_on = START.date()

    @factory.post_generation
    def _on_record(membership: models.Membership, create: bool, _extracted: object, **_more: object) -> None:  # noqa: N805
        """Every role stands in the activity log."""
        until = membership.until_on.isoformat() if membership.until_on else None
        detail = {"role": membership.role, "since_on": membership.since_on.isoformat(), "until_on": until}
        act = acts.by_command_line(at=START)
        activity_log.record(
            action="role.granted", subject_id=membership.user_id, act=act, village_code=membership.village_code, detail=detail
        )


@functools.cache
def password_hash() -> str:
    """PASSWORD as argon2 keeps it: made once, since each takes a tenth of a second in the processes that tests start."""
    return hashers.make_password(PASSWORD)


def people() -> None:
    """Make the standing characters and their roles."""
    for person in PEOPLE:
        user = UserFactory(id=person.id, phone=person.phone, name=person.name, home_village=person.home_village)
        if person.role:
            MembershipFactory(user=user, village_code=person.village_code, role=person.role)
