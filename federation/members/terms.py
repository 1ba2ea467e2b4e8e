"""The federation's terms: its name and numbers, changed with a reason, and the limits that villages get by them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from federation.models import Federation
from settlement import money
from settlement.ledger import limits, open_accounts
from tenants import activity_log, texts, villages
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

SETTINGS_KEY = "shared:federation-settings"
CACHE_SECONDS = 5
NAME_CHARACTERS_MAX = 100

# What each of the federation's numbers is called, and its bounds, both allowed. A hold of a month would lock goods up, not keep them.
NUMBERS = {
    "fee_basis_points": (gettext_lazy("Biaya federasi (per sepuluh ribu)"), 0, money.WHOLE_BASIS_POINTS),
    "default_limit_rupiah": (gettext_lazy("Batas utang desa baru (rupiah)"), 0, 1_000_000_000_000),
    "guest_share_basis_points": (gettext_lazy("Bagian tamu dari batas utang (per sepuluh ribu)"), 0, money.WHOLE_BASIS_POINTS),
    "counter_hold_hours": (gettext_lazy("Waktu tunggu bayar di loket (jam)"), 1, 720),
    "cod_hold_hours": (gettext_lazy("Waktu tunggu bayar di tempat (jam)"), 1, 720),
    "unpaid_per_phone_max": (gettext_lazy("Belanjaan belum dibayar per nomor HP"), 1, 1_000),
    "unpaid_per_address_max": (gettext_lazy("Belanjaan belum dibayar per alamat jaringan"), 1, 100_000),
    "unproven_unpaid_max_rupiah": (gettext_lazy("Belanjaan belum dibayar tamu dan akun baru (rupiah)"), 1, 1_000_000_000_000),
    "leaving_days": (gettext_lazy("Waktu minta uang kembali sebelum desa keluar (hari)"), 1, 730),
}


class TermOutOfBounds(DomainError):
    """One of the federation's numbers is below or above what makes sense."""

    kind = Kind.INVALID
    code = "term-out-of-bounds"
    sentence = gettext_noop("%(term)s harus antara %(least)s dan %(most)s.")


class BadFederationName(DomainError):
    """The federation's name is empty or too long."""

    kind = Kind.INVALID
    code = "bad-federation-name"
    sentence = gettext_noop("Tulis nama federasi, paling panjang 100 huruf.")


class TermsReasonMissing(DomainError):
    """The federation's terms are never changed without saying why."""

    kind = Kind.INVALID
    code = "terms-reason-missing"
    sentence = gettext_noop("Tulis alasan perubahan ketentuan.")


@dataclass(frozen=True, slots=True)
class Terms:
    """The federation's name and numbers: the fields of federation.Federation."""

    name: str
    fee_basis_points: int
    default_limit_rupiah: int  # of a village that is opened
    guest_share_basis_points: int  # of a village's limit
    counter_hold_hours: int
    cod_hold_hours: int
    unpaid_per_phone_max: int
    unpaid_per_address_max: int
    unproven_unpaid_max_rupiah: int
    leaving_days: int  # after a village's last order, before it may leave


TERMS = tuple(field.name for field in dataclasses.fields(Terms))


@dataclass(frozen=True)
class ChangedTerm:
    """One of the terms, as it was and as it is now."""

    term: str
    before: int | str
    after: int | str


def current() -> Terms:
    """The federation's terms; at most five seconds old."""
    found: Terms | None = cache.get(SETTINGS_KEY)
    if found is None:
        found = Terms(**Federation.objects.values(*TERMS).get())
        cache.set(SETTINGS_KEY, found, CACHE_SECONDS)
    return found


def name_federation(*, name: str) -> None:
    """Give the federation its name."""
    Federation.objects.filter(id=1).update(name=name)
    cache.delete(SETTINGS_KEY)


def change(*, values: Mapping[str, int | str], act: Act) -> list[ChangedTerm]:
    """Set some of the federation's TERMS from now on; the activity log holds both values and the reason.

    Gives what really changed; where nothing did, nothing is written. Orders and limits that are there stay.

    :raises TermsReasonMissing: without a reason
    :raises BadFederationName, texts.HiddenSign: if the name is empty or longer than 100 characters, or holds a sign that nobody sees
    :raises TermOutOfBounds: if a number is outside its bounds
    :raises permissions.Forbidden: unless `act.by` sets terms
    """
    permissions.require(act.by, Permission.SET_TERMS, FEDERATION)
    act = act.with_given_reason(missing=TermsReasonMissing())
    chosen = {
        term: texts.clean(str(value), most=NAME_CHARACTERS_MAX, otherwise=BadFederationName())
        if term == "name"
        else _checked_term(term, int(value))
        for term, value in values.items()
    }
    with transaction.atomic():
        old = Federation.objects.select_for_update().get()
        changed = [ChangedTerm(term, getattr(old, term), value) for term, value in chosen.items() if getattr(old, term) != value]
        if changed:
            after = {each.term: each.after for each in changed}
            Federation.objects.filter(id=old.id).update(**after)
            detail = {"before": {each.term: each.before for each in changed}, "after": after}
            activity_log.record(action="federation.terms-changed", subject_id=FEDERATION, act=act, detail=detail)
            transaction.on_commit(lambda: cache.delete(SETTINGS_KEY))
    return changed


def open_village(*, village_code: VillageCode, at: datetime) -> None:
    """Open a village's account in the ledger with the limit that the federation gives new members; repeating it changes nothing."""
    limit_rupiah, share = Federation.objects.values_list("default_limit_rupiah", "guest_share_basis_points").get()
    guests = money.basis_points(amount_rupiah=limit_rupiah, basis_points=share)
    open_accounts.open_village(village_code=village_code, at=at, limit_rupiah=limit_rupiah, guest_limit_rupiah=guests)


def set_limit(*, village_code: VillageCode, limit_rupiah: int, guest_share_basis_points: int | None = None, act: Act) -> int:
    """Change a village's limit, and give guests a share of it (the federation's, unless said); gives that share in rupiah.

    The same form counts once.

    :raises villages.UnknownVillage: if there is no such village
    :raises limits.ReasonMissing: without a reason
    :raises function_calls.AccountNotOpened: if the village's shop was never opened
    :raises errors.FormReused: if the same form came before with other values
    :raises permissions.Forbidden: unless `act.by` sets limits
    """
    villages.by_code(code=village_code)
    share = guest_share_basis_points
    if share is None:
        share = Federation.objects.values_list("guest_share_basis_points", flat=True).get()
    guests = money.basis_points(amount_rupiah=limit_rupiah, basis_points=share)
    limits.set_limit(village_code=village_code, limit_rupiah=limit_rupiah, guest_limit_rupiah=guests, act=act)
    return guests


def _checked_name(name: str) -> str:
    return texts.clean(name, most=NAME_CHARACTERS_MAX, otherwise=BadFederationName())


def _checked_term(term: str, value: int) -> int:
    label, least, most = NUMBERS[term]
    if not least <= value <= most:
        raise TermOutOfBounds(term=label, least=least, most=most)
    return value
