"""Seeding: villages and goods in bulk, where only their number matters, and real ones through the market's own verbs."""

from __future__ import annotations

import dataclasses
import datetime
from uuid import UUID

from django.db import connection

from federation.members import profiles
from marketplace.goods import consignors, products
from tenants import acts, codes, models, villages
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.db import context
from tenants.people.permissions import Principal, Role
from tenants.schemas import migration_state, provisioning

START = datetime.datetime(2026, 6, 1, 8, 0, tzinfo=datetime.UTC)
_LISTED = START + datetime.timedelta(days=30)


def code(number: int) -> VillageCode:
    """The kode wilayah of the n-th village of a bench."""
    return VillageCode(f"90.{number // 10_000 % 100:02}.{number // 100 % 100:02}.{2000 + number % 100}")


def provisioned(number: int) -> codes.VillageCode:
    """A real village with its schema, shop and accounts; gives its code. Runs as the owner."""
    village = provisioning.provision(
        code=code(number), name=f"Sidamulya {number}", slug=f"sidamulya-{number}", act=acts.by_command_line(at=START)
    )
    return codes.VillageCode(village.code)


def listed(*, count: int, goods_each: int) -> None:
    """Fill up to `count` villages that sell: rows and listings as the real ones have, but no schema. Runs as the owner.

    The rows of the shared tables are what a list meets; a village's own tables are never asked for it.
    """
    there = set(models.Village.objects.values_list("code", flat=True))
    made = [
        models.Village(
            code=code(number),
            schema_name=codes.schema_of(code(number)),
            slug=f"sidamulya-{number}",
            name=f"Sidamulya {number}",
            state=models.Village.State.ACTIVE,
            migration_head=migration_state.current(),
            created_at=START,
        )
        for number in range(1, count + 1)
        if code(number) not in there
    ]
    models.Village.objects.bulk_create(made)
    with connection.cursor() as cursor:
        for village in made:
            profiles.publish(
                profile=profiles.VillageProfile(
                    village_code=codes.VillageCode(village.code),
                    name=village.name,
                    slug=village.slug,
                    bumdes_name=f"BUMDes {village.name}",
                    about="Hasil kebun dan dapur warga, dikirim dua kali seminggu.",
                    address=f"Balai Desa {village.name}",
                    hours="Senin–Jumat 08.00–15.00",
                    phone="+6281290000000",
                )
            )
        cursor.execute(_GOODS, {"each": goods_each, "listed": _LISTED, "start": START})
        cursor.execute("ANALYZE")
    villages.changed()


# Names of every sort, spread over the villages by a digest, so that the newest twenty come from many and look alike at every size.
_GOODS = """
INSERT INTO federation_listing (id, village_code, village_name, village_slug, consignor_name, name, description, unit, price_rupiah,
    category, picture, made_here, flagship, in_stock, published, shop_open, listed_at, search_words, search_name)
SELECT made.id, made.code, made.village, made.slug, made.maker, made.name, made.description, made.unit, made.price, made.category,
    made.code || '/' || made.digest, made.dice %% 3 > 0, made.dice %% 11 = 0, made.dice %% 13 > 0, true, true,
    %(listed)s - (made.dice || ' seconds')::interval,
    setweight(to_tsvector('indonesian', unaccent(made.name || ' ' || made.maker)), 'A')
        || setweight(to_tsvector('indonesian', unaccent(made.description || ' ' || made.village)), 'C'),
    left(lower(unaccent(made.name || ' ' || made.maker)), 240)
FROM (
    SELECT gen_random_uuid() AS id, village.code, village.name AS village, village.slug,
        'Warung '
            || (array['Bu Sri', 'Pak Karto', 'Mbah Ngadi', 'Mekar Jaya', 'Sumber Rejeki', 'Bu Tukinah'])[1 + spread.dice %% 6] AS maker,
        (array['Keripik bayam', 'Beras Mentik Wangi', 'Gula semut aren', 'Tempe daun', 'Sabun sereh', 'Tas enceng gondok', 'Wingko babat',
            'Kacang bawang', 'Kopi robusta', 'Madu klanceng', 'Telur asin', 'Batik jumput'])[1 + spread.dice %% 12] || ' ' || good AS name,
        'Dibuat tangan oleh warga dusun, tanpa pengawet, tahan dua minggu dalam wadah tertutup.' AS description,
        (array['bungkus', 'kg', 'botol', 'buah'])[1 + spread.dice %% 4] AS unit,
        2000 + spread.dice %% 90 * 500 AS price,
        (array['sembako', 'sayur-buah', 'jajanan', 'rumah-tangga', 'kerajinan'])[1 + spread.dice %% 5] AS category,
        spread.digest, spread.dice
    FROM tenants_village village, generate_series(1, %(each)s) good,
        LATERAL (SELECT left(md5(village.code || good), 20) AS digest,
            ('x' || left(md5(village.code || good), 6))::bit(24)::int AS dice) spread
) made
"""


def product(*, village_code: VillageCode, name: str, price_rupiah: int, stock: int = 1_000, at: datetime.datetime) -> UUID:
    """A product on offer in a real village, through the market's own verbs; gives its id."""
    by = _manager(village_code)
    with context.inside(village_code):
        maker = consignors.add(name=f"Penitip {name}"[:100], kind="umkm", margin_rupiah=500, act=Act(by=by, at=at))
        fields = products.ProductFields(
            name=name,
            description="Dibuat tangan di dusun kami, tanpa pengawet. " * 4,
            unit="bungkus",
            price_rupiah=price_rupiah,
            category="jajanan",
            consignor_id=maker,
            made_here=True,
            flagship=False,
            published=True,
        )
        return products.add(fields=fields, stock=stock, act=Act(by=by, at=at))


def reprice(*, village_code: VillageCode, product_id: UUID, price_rupiah: int, at: datetime.datetime) -> None:
    """Give a product another price, as its manager does."""
    with context.inside(village_code):
        row = products.get(product_id=product_id)
        fields = dataclasses.replace(row.fields(), price_rupiah=price_rupiah)
        products.change(
            product_id=product_id,
            version=row.version,
            fields=fields,
            act=Act(by=_manager(village_code), at=at),
        )


def _manager(village_code: VillageCode) -> Principal:
    return Principal(account_id=None, roles=frozenset({(VillageCode(village_code), Role.MANAGER)}))
