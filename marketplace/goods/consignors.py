"""The warung, small makers and groups that sell through this BUMDes, and what it keeps of their prices."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_noop

from federation.catalogue import catalogue
from marketplace.models import Consignor, Product, Shop
from tenants import activity_log, idempotency, phones, request_hash, texts
from tenants.acts import Act
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

BASIS_POINTS_WHOLE = 10_000


class BadConsignor(DomainError):
    """A consignor has a name, a kind, and one margin: rupiah per item or a share of the price."""

    kind = Kind.INVALID
    code = "bad-consignor"
    sentence = gettext_noop("Isi nama penitip, jenisnya, dan satu bagian BUMDes: rupiah per barang, atau persen (0–100) dari harga.")


class ConsignorExists(DomainError):
    """Two consignors of one village have names that people can tell apart."""

    kind = Kind.CONFLICT
    code = "consignor-exists"
    sentence = gettext_noop("Penitip bernama %(name)s sudah ada. Pilih nama lain.")


class NoSuchConsignor(DomainError):
    """No consignor has this id."""

    kind = Kind.NOT_FOUND
    code = "no-such-consignor"
    sentence = gettext_noop("Penitip ini tidak ada.")


class ConsignorChangedMeanwhile(DomainError):
    """Somebody else changed the consignor after the form was opened."""

    kind = Kind.CONFLICT
    code = "consignor-changed-meanwhile"
    sentence = gettext_noop("Penitip ini baru saja diubah orang lain. Lihat bedanya, lalu simpan lagi bila perlu.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsignorRow:
    """A consignor with its terms, of which one is None: so much of each piece in rupiah, or a share of the price."""

    id: UUID
    name: str
    kind: str
    phone: str
    margin_rupiah: int | None
    margin_basis_points: int | None
    active: bool
    goods: int  # how many products it has here

    @property
    def mark(self) -> str:
        """What tells its terms from others; the form that changes them carries it."""
        return _mark(self)


_TERMS = ("name", "kind", "phone", "margin_rupiah", "margin_basis_points", "active")
_ROW = tuple(field.name for field in fields(ConsignorRow))


def _mark(row: Consignor | ConsignorRow) -> str:
    return request_hash.sha256({name: getattr(row, name) for name in _TERMS})


def all_() -> list[ConsignorRow]:
    """Every consignor by name."""
    rows = Consignor.objects.annotate(goods=Count("products")).order_by("name")
    return [ConsignorRow(**row) for row in rows.values(*_ROW)]


def margin_of(*, price_rupiah: int, quantity: int, margin_rupiah: int | None, margin_basis_points: int | None) -> int:
    """What the BUMDes keeps of a line, in rupiah: per item (never more than the price), or the floor of its share of the line."""
    if margin_rupiah is not None:
        return min(margin_rupiah, price_rupiah) * quantity
    return price_rupiah * quantity * (margin_basis_points or 0) // BASIS_POINTS_WHOLE


def add(
    *, name: str, kind: str, phone: str = "", margin_rupiah: int | None = None, margin_basis_points: int | None = None, act: Act
) -> UUID:
    """Take on a consignor; gives its id. The same form takes one on.

    :raises errors.FormReused: if the form said something else before
    :raises BadConsignor: if a field is missing or out of range
    :raises ConsignorExists: if the name is taken
    :raises permissions.Forbidden: unless `act.by` changes goods here
    """
    permissions.require(act.by, Permission.CHANGE_GOODS, context.here())
    row = Consignor(**_checked(name=name, kind=kind, phone=phone, margin_rupiah=margin_rupiah, margin_basis_points=margin_basis_points))
    return _write(row=row, action="consignor.added", act=act)


def change(
    *,
    consignor_id: UUID,
    name: str,
    kind: str,
    phone: str = "",
    margin_rupiah: int | None = None,
    margin_basis_points: int | None = None,
    active: bool = True,
    seen: str = "",
    act: Act,
) -> None:
    """Change a consignor; orders that exist keep their frozen margins. The same form changes it once.

    `seen`: the mark of the terms that the form was made from.

    :raises errors.FormReused: if the form said something else before
    :raises NoSuchConsignor: if there is none
    :raises ConsignorChangedMeanwhile: if the terms are not those that were `seen` any more
    :raises BadConsignor: as in `add`
    :raises ConsignorExists: as in `add`
    :raises permissions.Forbidden: as in `add`
    """
    permissions.require(act.by, Permission.CHANGE_GOODS, context.here())
    if not Consignor.objects.filter(id=consignor_id).exists():
        raise NoSuchConsignor
    values = _checked(name=name, kind=kind, phone=phone, margin_rupiah=margin_rupiah, margin_basis_points=margin_basis_points)
    row = Consignor(id=consignor_id, **values, active=active)
    row._state.adding = False
    _write(row=row, action="consignor.changed", seen=seen, act=act)


def _write(*, row: Consignor, action: str, seen: str = "", act: Act) -> UUID:
    """Save a new or changed consignor, once for each form; gives its id."""
    scope = idempotency.Scope(operation="consignor", principal=act.by.account_id, village_code=context.here())
    request = {name: getattr(row, name) for name in _TERMS}
    request["id"] = None if row._state.adding else row.id
    try:
        form = idempotency.once(scope=scope, key=act.key, request=request, money=False, at=act.at)
        with transaction.atomic(durable=True), form as claim:
            if claim.earlier:
                return claim.earlier.ids["consignor"]
            if seen and seen != _mark(Consignor.objects.select_for_update(no_key=True).get(id=row.id)):
                raise ConsignorChangedMeanwhile
            _refuse_second(row)
            row.save()
            for listing_id in Product.objects.filter(consignor=row).order_by("id").values_list("id", flat=True):
                catalogue.rename_consignor(listing_id=listing_id, consignor_name=row.name)
            activity_log.record(action=action, subject_id=str(row.id), act=act, village_code=context.here())
            claim.record(consignor=row.id)
            return row.id
    except IntegrityError as error:
        if "marketplace_consignor_name" in str(error):
            raise ConsignorExists(name=row.name) from error
        raise


def _refuse_second(row: Consignor) -> None:
    """Two names that nobody can tell apart would be two people to the books; the shop's row makes two such forms at once wait in line."""
    Shop.objects.select_for_update(no_key=True).get(id=1)
    others = Consignor.objects.exclude(id=row.id).values_list("name", flat=True)
    if alike := next((name for name in others if texts.key(name) == texts.key(row.name)), None):
        raise ConsignorExists(name=alike)


def _checked(*, name: str, kind: str, phone: str, margin_rupiah: int | None, margin_basis_points: int | None) -> dict[str, Any]:
    name = texts.clean(name, most=100, otherwise=BadConsignor())
    one_margin = (margin_rupiah is None) != (margin_basis_points is None)
    in_range = 0 <= (margin_rupiah or 0) <= 100_000_000 and 0 <= (margin_basis_points or 0) <= BASIS_POINTS_WHOLE
    if kind not in Consignor.Kind.values or not one_margin or not in_range:
        raise BadConsignor
    return {
        "name": name,
        "kind": kind,
        "phone": phones.normalise(phone) if phone.strip() else "",
        "margin_rupiah": margin_rupiah,
        "margin_basis_points": margin_basis_points,
    }
