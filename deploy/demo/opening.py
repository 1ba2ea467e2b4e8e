"""The demonstration before its first purchase: villages, shops, people, consignors, goods with pictures."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from deploy.demo import (
    Login,
    Progress,
    background_jobs,
    demo_consignors,
    demo_goods,
    demo_jobs,
    demo_people,
    demo_villages,
    one_time_codes,
)
from federation.members import terms
from marketplace import shops
from marketplace.goods import consignors, products
from tenants import acts
from tenants.acts import Act
from tenants.db import context
from tenants.people import accounts, memberships
from tenants.schemas import provisioning

FEDERATION = "Federasi Pasarsama Bantul"
OPENED_ON = date(2020, 3, 25)
OPENED_AT = datetime.combine(OPENED_ON, time(8, 0), demo_villages.TIME_ZONE)
BATCH = 100

_logins: list[Login] = []


def open_market(*, full: bool, seed: int, progress: Progress) -> dict[str, UUID]:
    """Everything that stands before the first purchase; gives the product's id by the good's key."""
    terms.name_federation(name=FEDERATION)
    for turn, village in enumerate(demo_villages.VILLAGES):
        progress(turn, len(demo_villages.VILLAGES), "desa / villages")
        provisioning.provision(code=village.code, name=village.name, slug=village.slug, act=acts.by_command_line(at=OPENED_AT))
    _hire()
    jobs = demo_jobs.hired(on=OPENED_ON)
    for village in demo_villages.VILLAGES:
        with context.inside(village.code):
            shops.change(
                settings=_settings(village),
                act=Act(by=jobs[village.code, "manager"], at=OPENED_AT),
            )
    return _stock(goods=demo_goods.goods(full=full, seed=seed), jobs=jobs, progress=progress)


def _settings(village: demo_villages.Village) -> shops.ShopSettings:
    hours = f"setiap hari {village.opens:%H.%M}–{village.closes:%H.%M}, Minggu sampai {village.closes_sunday:%H.%M}"
    return dataclasses.replace(
        shops.settings(),
        bumdes_name=village.bumdes,
        about=village.description,
        address=village.counter_address,
        hours=hours,
        seller_courier_fee_rupiah=village.own_fee_rupiah,
        seller_courier_far_fee_rupiah=village.other_fee_rupiah,
        home_courier_fee_rupiah=village.own_fee_rupiah,
        carried_by=f"Kurir {village.bumdes}",
    )


def _hire() -> None:
    """One password for everybody, new each time; who approves has one-time codes, which `pasarsama demo --code` reads."""
    password = f"desa-{secrets.token_hex(4)}"
    staff = demo_people.staff()
    people = [(person.phone, person.name, person.village_code) for person in staff]
    ids = accounts.register_together(people=people, password=password, at=OPENED_AT)
    _logins.clear()
    for person in staff:
        user_id = ids[person.phone]
        memberships.grant(
            user_id=user_id,
            village_code=person.village_code,
            role=person.role,
            since_on=OPENED_ON,
            act=acts.by_command_line(at=OPENED_AT),
        )
        if person.role == one_time_codes.ROLE:
            one_time_codes.set_up(user_id=user_id, at=OPENED_AT)
        if person.village_code in ("", demo_villages.VILLAGES[0].code):
            village = demo_villages.BY_CODE[person.village_code].name if person.village_code else ""
            _logins.append(Login(person.role, village, person.phone, password))


def _stock(*, goods: Sequence[demo_goods.Good], jobs: demo_jobs.Jobs, progress: Progress) -> dict[str, UUID]:
    ids: dict[str, UUID] = {}
    consignor_ids = _take_on(jobs)
    for village in demo_villages.VILLAGES:
        mine = [good for good in goods if good.village_code == village.code]
        with context.inside(village.code):
            for start in range(0, len(mine), BATCH):
                progress(len(ids), len(goods), "barang / goods")
                batch = mine[start : start + BATCH]
                items = [(_fields(good, consignor_ids), background_jobs.picture_key(good), good.stock) for good in batch]
                made = products.add_many(items=items, act=Act(by=jobs[village.code, "manager"], at=OPENED_AT))
                ids.update(zip((good.key for good in batch), made, strict=True))
    return ids


def _take_on(jobs: demo_jobs.Jobs) -> dict[str, UUID]:
    ids = {}
    for one in demo_consignors.consignors():
        with context.inside(one.village_code):
            ids[one.key] = consignors.add(
                name=one.name,
                kind=one.kind,
                margin_rupiah=one.margin_rupiah,
                margin_basis_points=one.margin_basis_points,
                act=Act(by=jobs[one.village_code, "manager"], at=OPENED_AT),
            )
    return ids


def _fields(good: demo_goods.Good, consignor_ids: dict[str, UUID]) -> products.ProductFields:
    return products.ProductFields(
        name=good.name,
        description=good.description,
        unit=good.unit,
        price_rupiah=good.price_rupiah,
        category=good.category,
        consignor_id=consignor_ids[good.consignor_key],
        made_here=good.made_here,
        flagship=good.flagship,
        published=True,
    )


def logins() -> list[Login]:
    """Who can log in, of the demonstration that this process made."""
    return list(_logins)
