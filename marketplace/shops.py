"""A shop's settings, published to the federation in the same transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.catalogue import catalogue
from federation.members import profiles
from marketplace.models import Shop
from tenants import activity_log, idempotency, phones, request_hash, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

FEE_RUPIAH_MAX = 10_000_000


class BadShopSettings(DomainError):
    """A shop needs a name, an address and hours, and fees from 0 to 10 million rupiah."""

    kind = Kind.INVALID
    code = "bad-shop-settings"
    sentence = gettext_noop("Isi nama BUMDes, alamat dan jam buka; ongkos antar antara Rp 0 dan Rp 10.000.000.")


class TransferDetailsMissing(DomainError):
    """A shop that is paid to its own account says where."""

    kind = Kind.INVALID
    code = "transfer-details-missing"
    sentence = gettext_noop("Tulis ke mana pembeli membayar: nama QRIS, atau bank, nomor rekening dan nama pemiliknya.")


class ShopChangedMeanwhile(DomainError):
    """Somebody else changed the shop after the form was opened."""

    kind = Kind.CONFLICT
    code = "shop-changed-meanwhile"
    sentence = gettext_noop("Toko ini baru saja diubah orang lain. Lihat bedanya, lalu simpan lagi bila perlu.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopSettings:
    """What a shop says about itself, and how it sells; fees in rupiah."""

    bumdes_name: str
    about: str
    address: str
    hours: str
    phone: str
    open_to_buyers: bool
    takes_cod: bool
    takes_transfer: bool
    transfer_details: str
    seller_courier: bool
    seller_courier_fee_rupiah: int
    seller_courier_far_fee_rupiah: int
    home_pickup: bool
    home_courier: bool
    home_courier_fee_rupiah: int
    carried_by: str

    @property
    def mark(self) -> str:
        """What tells these settings from others; the form that changes them carries it."""
        return request_hash.sha256(asdict(self))


_SETTINGS = tuple(field.name for field in fields(ShopSettings))


def open_shop(*, village_code: VillageCode, at: datetime) -> None:
    """Give a village that became active its shop and its profile; repeating changes nothing. Runs in the caller's transaction."""
    village = villages.by_code(code=village_code)
    with context.inside(village_code):
        if Shop.objects.exists():  # whoever opens a village holds its row, so nobody else makes the shop meanwhile
            return
        names = {"bumdes_name": f"BUMDes {village.name}", "address": f"Balai Desa {village.name}", "hours": "Senin–Jumat 08.00–15.00"}
        publish(village=village, shop=Shop.objects.create(id=1, **names))


def settings() -> ShopSettings:
    """The settings of the shop of the village inside which this runs."""
    return ShopSettings(**Shop.objects.values(*_SETTINGS).get(id=1))


def change(*, settings: ShopSettings, seen: str = "", act: Act) -> None:
    """Set and publish the shop's settings. The same form changes them once. `seen`: the mark of those that it was made from.

    :raises errors.FormReused: if the form said something else before
    :raises ShopChangedMeanwhile: if the settings are not those that were `seen` any more
    :raises BadShopSettings: if a required text is empty or a fee is out of range
    :raises TransferDetailsMissing: if buyers shall pay to the shop's own account and are not told where
    :raises tenants.phones.BadPhone: if the phone number is none
    :raises permissions.Forbidden: unless `act.by` changes the shop here
    """
    permissions.require(act.by, Permission.CHANGE_SHOP, context.here())
    if not all(text.strip() for text in (settings.bumdes_name, settings.address, settings.hours)):
        raise BadShopSettings
    fees = (settings.seller_courier_fee_rupiah, settings.seller_courier_far_fee_rupiah, settings.home_courier_fee_rupiah)
    if not all(0 <= fee <= FEE_RUPIAH_MAX for fee in fees):
        raise BadShopSettings
    if settings.takes_transfer and not settings.transfer_details.strip():
        raise TransferDetailsMissing
    settings = replace(settings, phone=phones.normalise(settings.phone) if settings.phone else "")
    village = villages.by_code(code=context.here())
    scope = idempotency.Scope(operation="shop", principal=act.by.account_id, village_code=village.code)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=asdict(settings), money=False, at=act.at):
            return
        shop = Shop.objects.select_for_update().get(id=1)
        if seen and seen != ShopSettings(**{name: getattr(shop, name) for name in _SETTINGS}).mark:
            raise ShopChangedMeanwhile
        changed = sorted(name for name in _SETTINGS if getattr(shop, name) != getattr(settings, name))
        for name in changed:
            setattr(shop, name, getattr(settings, name))
        shop.save()
        publish(village=village, shop=shop)
        detail = {"fields": changed}
        activity_log.record(action="shop.changed", subject_id=village.code, act=act, village_code=village.code, detail=detail)


def publish(*, village: villages.VillageInfo, shop: Shop) -> None:
    """Copy a shop's settings into its profile, in the caller's transaction."""
    values = {name: getattr(shop, name) for name in _SETTINGS if name != "carried_by"}
    profiles.publish(profile=profiles.VillageProfile(village_code=village.code, name=village.name, slug=village.slug, **values))
    catalogue.rename_village(village_code=village.code, name=village.name, slug=village.slug, shop_open=shop.open_to_buyers)
