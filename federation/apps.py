from django.apps import AppConfig

from federation.buying import order_lines
from settlement.seals.sealed_rows import Kind, at

# An order as one village may keep it: its seller with all of the lines; who takes the cash or brings the goods without margin and cost.
_SECRETS = ", ".join(f"'{name}'" for name in order_lines.SECRETS)
_LINES = f"""CASE WHEN whole.seller = %(village)s THEN whole.lines
    ELSE (SELECT jsonb_agg(line - ARRAY[{_SECRETS}]) FROM jsonb_array_elements(whole.lines) line) END"""  # noqa: S608 - our own words
ORDERS = f"""
    SELECT o.*, p.code AS purchase_code, p.buyer_name, p.buyer_phone, p.buyer_address FROM federation_sellerorder whole
    CROSS JOIN LATERAL jsonb_populate_record(whole, jsonb_build_object('lines', {_LINES})) o
    JOIN federation_purchase p ON p.id = o.purchase_id
    WHERE %(village)s IN (o.seller, o.holder, o.deliverer) ORDER BY o.placed_at, o.id
"""  # noqa: S608


class FederationConfig(AppConfig):
    name = "federation"
    # What was proposed stays as it was; what became of it is added.
    limited_updates = {
        "federation_couriercash": ("hand_in_id",),
        "federation_refund": ("paid_out_at", "paid_out_by", "voided_at"),
        "federation_takeover": (
            *("approved_by", "approved_at", "fee_rupiah", "payer", "paid_out_by", "paid_out_at", "declined_by", "declined_at"),
        ),
    }

    # Read by tenants.db.privileges: receipts and what became of refunds are only added; of a refund only what became of it changes.
    append_only_tables = ("federation_payment", "federation_allocation", "federation_refundstep", "federation_cashhandin")

    # Read by settlement.seals: who took money and when, and what goes back. Reasons are people's words and stay out.
    sealed_rows = {
        "receipt": Kind(
            "federation_payment",
            (
                *("x.purchase_id", "x.village_code", "x.tender", "x.receipt_number", "x.amount_rupiah", "x.reverses_id"),
                *("x.confirmed_by", at("confirmed_at")),
            ),
        ),
        "refund": Kind(
            "federation_refund",
            (
                *("x.order_id", "x.village_code", "x.goods_rupiah", "x.delivery_rupiah", "x.amount_rupiah", "x.fee_rupiah"),
                *("x.made_by", at("made_at")),
            ),
        ),
        "refund-step": Kind("federation_refundstep", ("x.refund_id", "x.turn", "x.step", "x.by", at("at"))),
    }

    # Read by tenants.schemas.export_village: what of these tables belongs to one village. Of a
    # buyer it keeps what that village had to know.
    village_exports = {
        "profil": "SELECT * FROM federation_profile WHERE village_code = %(village)s",
        "barang_di_pasar": "SELECT * FROM federation_listing WHERE village_code = %(village)s ORDER BY id",
        "pesanan": ORDERS,
        "penerimaan": "SELECT * FROM federation_payment WHERE village_code = %(village)s ORDER BY confirmed_at, id",
        "rincian_penerimaan": (
            "SELECT a.* FROM federation_allocation a JOIN federation_payment p ON p.id = a.payment_id"
            " WHERE p.village_code = %(village)s ORDER BY a.payment_id, a.id"
        ),
        "uang_kurir": (
            "SELECT c.*, h.amount_rupiah AS handed_in_rupiah, h.received_by, h.received_at FROM federation_couriercash c"
            " LEFT JOIN federation_cashhandin h ON h.id = c.hand_in_id WHERE c.village_code = %(village)s ORDER BY c.payment_id"
        ),
        "pengembalian": "SELECT * FROM federation_refund WHERE village_code = %(village)s ORDER BY made_at, id",
        "diambil_alih": (
            "SELECT t.* FROM federation_takeover t JOIN federation_sellerorder o ON o.id = t.order_id"
            " WHERE %(village)s IN (o.seller, o.holder) ORDER BY t.proposed_at, t.id"
        ),
        "perputaran": "SELECT * FROM federation_turnoverfact WHERE %(village)s IN (buyer_village, seller) ORDER BY day, id",
        "kabar": "SELECT * FROM federation_notice WHERE village_code = %(village)s ORDER BY at, id",
    }
