"""The yardstick of `bench checkout`: the rows of one purchase written by plain prepared SQL under pgbench, and the ground for both sides.

Every key is made from a number, so that the script knows its products and baskets without asking.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import uuid
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:  # read before Django is set up
    from tenants.codes import VillageCode


VILLAGES: tuple[VillageCode, ...] = tuple(cast("VillageCode", f"34.02.77.2{number:03}") for number in range(1, 11))
PRODUCTS = 50  # of each village
PRICE_RUPIAH, FEE_RUPIAH, MARGIN_RUPIAH = 10_000, 200, 500
LIMIT_RUPIAH = 10**15
SCRIPTS = 12  # pgbench picks one of these for each purchase: three sellers each


def schema(village: str) -> str:
    """As tenants.codes.schema_of makes it; this module is read before Django is set up."""
    return "v_" + village.replace(".", "")


def product_key(village: str, number: int | str) -> str:
    """SQL for the id of a village's n-th product."""
    return f"md5('product {village} ' || {number})::uuid"


def stock(village: str) -> str:
    """SQL that fills one village's shop, inside its schema, with products that never run out."""
    return f"""
    INSERT INTO marketplace_consignor (id, name, kind, phone, margin_rupiah, active)
        VALUES (md5('{village}')::uuid, 'BUMDes', 'bumdes', '', {MARGIN_RUPIAH}, true);
    INSERT INTO marketplace_product (id, consignor_id, name, description, unit, price_rupiah, category, picture, made_here, flagship,
        published, on_hand, reserved, version, created_at, updated_at)
    SELECT {product_key(village, "n")}, md5('{village}')::uuid, 'Keripik ' || n, '', 'bungkus', {PRICE_RUPIAH}, 'jajanan', '', true, false,
        true, 100000000, 0, 1, now(), now() FROM generate_series(1, {PRODUCTS}) n
    """  # noqa: S608 - our own constants


def baskets(lane: str, clients: int, each: int) -> str:
    """SQL for the baskets that a lane's clients will order: three lines of three villages, the token is the md5 of `lane-client-number`."""
    sellers = ", ".join(f"'{village}'" for village in VILLAGES)
    return f"""
    CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
        SELECT md5('{lane}-' || c || '-' || n) AS token, (c + n) % 10 AS turn, 1 + (n * 7 + c) % {PRODUCTS} AS product
        FROM generate_series(0, {clients - 1}) c, generate_series(1, {each}) n;
    INSERT INTO federation_basket (id, token, home_village, home_chosen, line_count, created_at, touched_at)
        SELECT md5(token)::uuid, token, '', false, 3, now(), now() FROM wanted;
    INSERT INTO federation_basketline (id, basket_id, village_code, product_id, quantity, price_rupiah, added_at)
        SELECT gen_random_uuid(), md5(token)::uuid, s.code, md5('product ' || s.code || ' ' || product)::uuid, 1, {PRICE_RUPIAH}, now()
        FROM wanted, LATERAL (SELECT (ARRAY[{sellers}])[1 + (turn + step) % 10] AS code FROM generate_series(0, 6, 3) step) s
    """  # noqa: S608


def form(lane: str, client: int, number: int) -> Any:
    """The form of one of those baskets: three sellers, counter cash at a home that is none of them. Django is set up."""
    from federation.buying import order_drafts
    from marketplace.checkout import place_order

    turn = (client + number) % 10
    product = 1 + (number * 7 + client) % PRODUCTS
    sellers = [VILLAGES[(turn + step) % 10] for step in (0, 3, 6)]
    option = order_drafts.CheckoutOption("counter", "pickup_home")
    shown = {
        seller: [order_drafts.ShownLine(_product_id(seller, product), f"Keripik {product}", "BUMDes", "bungkus", 1, PRICE_RUPIAH)]
        for seller in sellers
    }
    return place_order.Form(
        form_key=uuid.uuid4().hex,
        token=hashlib.md5(f"{lane}-{client}-{number}".encode()).hexdigest(),  # noqa: S324 - a number made long
        account_id=None,
        buyer=place_order.Buyer(name="Bu Wati", phone=f"0812{client}{number:07}", address=""),
        home_village=VILLAGES[(turn + 1) % 10],
        selections={seller: order_drafts.Selection(option, PRICE_RUPIAH, shown[seller]) for seller in sellers},
        source="",
    )


def _product_id(village: str, number: int) -> str:
    """What `product_key` makes."""
    return str(uuid.UUID(hashlib.md5(f"product {village} {number}".encode()).hexdigest()))  # noqa: S324


def scripts() -> list[str]:
    """pgbench scripts that write a purchase of three lines in three villages: what ours writes, in as few statements."""
    chance = random.Random(1)  # noqa: S311 - which villages, no secret
    triples = chance.sample(list(itertools.combinations(VILLAGES, 3)), SCRIPTS)
    return [_script(triple) for triple in triples]


def _script(sellers: tuple[str, ...]) -> str:
    keys = ", ".join(f"gen_random_uuid() AS {name}" for name in ("purchase", "o1", "o2", "o3", "l1", "l2", "l3"))
    lines = ["\\set n :n + 1", "\\set home random(1, 7)"]
    lines += [f"\\set k{place} random(1, {PRODUCTS})" for place in (1, 2, 3)]
    lines += ["BEGIN;", f"SELECT {keys}, md5('pgbench-' || :client_id || '-' || :n) AS token \\gset"]
    lines.append("SELECT id FROM federation_basket WHERE token = :token FOR NO KEY UPDATE;")
    for place, seller in enumerate(sellers, start=1):
        lines += [_reserve(seller, place), _order(seller, place, _home(sellers))]
    lines += [_purchase(sellers), _event(), _ledger(sellers), "COMMIT;"]
    return "\n".join(" ".join(line.split()) for line in lines) + "\n"


def _home(sellers: tuple[str, ...]) -> str:
    """SQL for the buyer's village: none of the sellers, as on the other side."""
    others = ", ".join(f"'{village}'" for village in VILLAGES if village not in sellers)
    return f"(ARRAY[{others}])[:home]"


def _reserve(seller: str, place: int) -> str:
    return f"""
    UPDATE {schema(seller)}.marketplace_product SET reserved = reserved + 1
    WHERE id = {product_key(seller, f":k{place}")} AND on_hand - reserved >= 1;"""  # noqa: S608


def _order(seller: str, place: int, home: str) -> str:
    inside = schema(seller)
    return f"""
    WITH placed AS (
        INSERT INTO {inside}.marketplace_order (id, purchase_id, code, buyer_name, buyer_phone, buyer_address, home_village, state, method,
            goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_rupiah, margin_rupiah, refunded_rupiah, placed_at, expires_at, end_reason)
        VALUES (:o{place}::uuid, :purchase::uuid, left(:purchase, 7), 'Bu Wati', '', '', {home}, 'placed', 'counter', {PRICE_RUPIAH}, 0,
            {PRICE_RUPIAH}, {FEE_RUPIAH}, {MARGIN_RUPIAH}, 0, now(), now() + interval '1 day', '')
    ), delivery AS (
        INSERT INTO {inside}.marketplace_delivery (order_id, kind, deliverer, fee_rupiah, carried_by)
        VALUES (:o{place}::uuid, 'pickup_home', {home}, 0, 'Kurir BUMDes')
    )
    INSERT INTO {inside}.marketplace_orderline (id, order_id, product_id, consignor_id, name, unit, quantity, price_rupiah,
        margin_rupiah, reserved, broken, refunded)
    VALUES (:l{place}::uuid, :o{place}::uuid, {product_key(seller, f":k{place}")}, md5('{seller}')::uuid, 'Keripik', 'bungkus', 1,
        {PRICE_RUPIAH}, {MARGIN_RUPIAH}, 1, 0, 0);"""  # noqa: S608


def _lines(seller: str, place: int) -> str:
    """SQL for the lines of the shared row: those of the village's, as federation.buying.order_lines writes them."""
    return f"""jsonb_build_array(jsonb_build_object('id', :l{place}::uuid, 'product_id', {product_key(seller, f":k{place}")},
        'consignor_id', md5('{seller}')::uuid, 'maker', 'BUMDes', 'name', 'Keripik', 'unit', 'bungkus', 'quantity', 1,
        'price_rupiah', {PRICE_RUPIAH}, 'margin_rupiah', {MARGIN_RUPIAH}, 'cost_rupiah', NULL, 'category', 'jajanan',
        'made_here', true, 'flagship', false, 'refunded', 0, 'allowance_rupiah', 0))"""


def _purchase(sellers: tuple[str, ...]) -> str:
    home = _home(sellers)
    rows = ", ".join(
        f"""(:o{place}::uuid, :purchase::uuid, '{seller}', {home}, {home}, 'placed', 'counter', 'pickup_home', {home}, 'Kurir BUMDes',
        {_lines(seller, place)}, {PRICE_RUPIAH}, 0, {PRICE_RUPIAH}, 200, {FEE_RUPIAH}, 0, now(), now() + interval '1 day', '')"""
        for place, seller in enumerate(sellers, start=1)
    )
    return f"""
    WITH purchase AS (
        INSERT INTO federation_purchase (id, form_key, token, code, buyer_name, buyer_phone, buyer_address, source_sha256, home_village,
            total_rupiah, language, placed_at, request_sha256)
        VALUES (:purchase::uuid, :token || '-form', md5(:token), substr(md5(:token), 1, 9), 'Bu Wati', '+6281' || md5(:token)::varchar(8),
            '', '', {home}, 30000, 'id', now(), encode(sha256(:token::bytea), 'hex'))
    ), emptied AS (DELETE FROM federation_basketline WHERE basket_id = md5(:token)::uuid
    ), head AS (
        UPDATE federation_basket SET line_count = 0, home_village = {home}, home_chosen = true, touched_at = now()
        WHERE id = md5(:token)::uuid
    )
    INSERT INTO federation_sellerorder (id, purchase_id, seller, home_village, holder, state, method, delivery, deliverer, carried_by,
        lines, goods_rupiah, delivery_fee_rupiah, total_rupiah, fee_basis_points, fee_rupiah, refunded_rupiah, placed_at, expires_at,
        end_reason)
    VALUES {rows};"""  # noqa: S608


def _event() -> str:
    return """
    INSERT INTO tenants_event (id, kind, subject_id, village_code, payload, happened_at, recorded_at)
    VALUES (gen_random_uuid(), 'purchase.placed', :purchase::uuid, '', '{}', now(), clock_timestamp());"""


def _ledger(sellers: tuple[str, ...]) -> str:
    """One statement: references, the home's increments folded into its position, the position under its limit, two pending transfers
    per seller, the creditors' increments. The position is locked before its increments go, or two folds could lock each other out.
    """
    home = f"'clearing:' || {_home(sellers)}"
    legs = ", ".join(
        f"(:o{place}::uuid, 'sale', 'clearing:{seller}', {PRICE_RUPIAH - FEE_RUPIAH}), (:o{place}::uuid, 'fee', 'fee-income', {FEE_RUPIAH})"
        for place, seller in enumerate(sellers, start=1)
    )
    return f"""
    WITH leg (cause, event, credit, amount) AS (VALUES {legs}
    ), owned AS (SELECT gen_random_uuid() AS id, leg.* FROM leg
    ), refer AS (
        INSERT INTO settlement_reference (reference, terms_sha256, created_at)
        SELECT DISTINCT 'order:' || cause || chr(58) || 'reserve', sha256(cause::text::bytea), now() FROM owned
    ), locked AS (SELECT account FROM settlement_position WHERE account = {home} FOR NO KEY UPDATE
    ), gone AS (
        DELETE FROM settlement_positionincrement WHERE account = (SELECT account FROM locked)
        RETURNING debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah
    ), folded AS (
        SELECT coalesce(sum(debit_pending_rupiah), 0) AS debit_pending, coalesce(sum(debit_posted_rupiah), 0) AS debit_posted,
            coalesce(sum(credit_pending_rupiah), 0) AS credit_pending, coalesce(sum(credit_posted_rupiah), 0) AS credit_posted,
            coalesce(sum(guest_pending_rupiah), 0) AS guest_pending FROM gone
    ), held AS (
        UPDATE settlement_position SET debit_pending_rupiah = debit_pending_rupiah + folded.debit_pending + 30000,
            debit_posted_rupiah = debit_posted_rupiah + folded.debit_posted,
            credit_pending_rupiah = credit_pending_rupiah + folded.credit_pending,
            credit_posted_rupiah = credit_posted_rupiah + folded.credit_posted,
            guest_pending_rupiah = guest_pending_rupiah + folded.guest_pending + 30000
        FROM folded WHERE account = {home}
            AND debit_pending_rupiah + debit_posted_rupiah - credit_posted_rupiah + 30000 <= limit_rupiah
    ), moved AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, by_guest,
            limit_rupiah, exposure_rupiah, happened_at, created_at)
        SELECT id, 'pending', event, {home}, credit, amount, 0, 'order:' || cause || chr(58) || 'reserve', cause, true,
            {LIMIT_RUPIAH}, 30000, now(), now() FROM owned
    )
    INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah,
        credit_posted_rupiah, guest_pending_rupiah)
    SELECT credit, id, 0, 0, amount, 0, 0 FROM owned;"""  # noqa: S608
