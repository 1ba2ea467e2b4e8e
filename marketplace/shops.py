"""A shop's settings, published to the federation in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from federation.catalogue import catalogue
from federation.members import profiles
from marketplace.models import Shop
from tenants import activity_log, idempotency, phones, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission

SETTINGS = (
    "bumdes_name",
    "about",
    "address",
    "hours",
    "phone",
    "open_to_buyers",
    "takes_cod",
    "takes_transfer",
    "transfer_details",
    "seller_courier",
    "seller_courier_fee_rupiah",
    "seller_courier_far_fee_rupiah",
    "home_pickup",
    "home_courier",
    "home_courier_fee_rupiah",
    "carried_by",
)
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


def open_shop(*, village_code: VillageCode, at: datetime) -> None:
    """Give a village that became active its shop and its profile; repeating changes nothing. Runs in the caller's transaction."""
    village = villages.by_code(code=village_code)
    with context.inside(village_code):
        shop, made = Shop.objects.get_or_create(
            id=1,
            defaults={"bumdes_name": f"BUMDes {village.name}", "address": f"Balai Desa {village.name}", "hours": "Senin–Jumat 08.00–15.00"},
        )
        if made:
            _publish(village=village, shop=shop)


def settings() -> dict[str, Any]:
    """The settings of the shop of the village inside which this runs."""
    return dict(Shop.objects.values(*SETTINGS).get(id=1))


def change(*, values: Mapping[str, Any], act: Act) -> None:
    """Change settings (any of SETTINGS) and publish them. The same form changes them once.

    :raises errors.FormReused: if the form said something else before
    :raises BadShopSettings: if a required text is empty or a fee is out of range
    :raises TransferDetailsMissing: if buyers shall pay to the shop's own account and are not told where
    :raises tenants.phones.BadPhone: if the phone number is none
    :raises permissions.Forbidden: unless `act.by` changes the shop here
    """
    permissions.require(act.by, Permission.CHANGE_SHOP, context.here())
    chosen = {key: values[key] for key in SETTINGS if key in values}
    if any(not str(chosen.get(key, "x")).strip() for key in ("bumdes_name", "address", "hours")):
        raise BadShopSettings
    if any(not 0 <= int(value) <= FEE_RUPIAH_MAX for key, value in chosen.items() if key.endswith("_rupiah")):
        raise BadShopSettings
    if chosen.get("phone"):
        chosen["phone"] = phones.normalise(chosen["phone"])
    village = villages.by_code(code=context.here())
    scope = idempotency.Scope(operation="shop", principal=act.by.account_id, village_code=village.code)
    with transaction.atomic(durable=True):
        if idempotency.is_repeat(scope=scope, key=act.key, request=chosen, money=False, at=act.at):
            return
        shop = Shop.objects.select_for_update().get(id=1)
        for key, value in chosen.items():
            setattr(shop, key, value)
        if shop.takes_transfer and not shop.transfer_details.strip():
            raise TransferDetailsMissing
        shop.save()
        _publish(village=village, shop=shop)
        detail = {"fields": sorted(chosen)}
        activity_log.record(action="shop.changed", subject_id=village.code, act=act, village_code=village.code, detail=detail)


def _publish(*, village: villages.VillageInfo, shop: Shop) -> None:
    values = {key: getattr(shop, key) for key in SETTINGS if key != "carried_by"}
    profiles.publish(profile=profiles.VillageProfile(village_code=village.code, name=village.name, slug=village.slug, **values))
    catalogue.rename_village(village_code=village.code, name=village.name, slug=village.slug, shop_open=shop.open_to_buyers)
