from django.apps import AppConfig


class FederationConfig(AppConfig):
    name = "federation"

    # Read by tenants.schemas.export_village: what of these tables belongs to one village. Of a
    # buyer it keeps what that village had to know.
    village_exports = {
        "profil": "SELECT * FROM federation_profile WHERE village_code = %(village)s",
        "barang_di_pasar": "SELECT * FROM federation_listing WHERE village_code = %(village)s ORDER BY id",
        "pesanan": (
            "SELECT o.*, p.code AS purchase_code, p.buyer_name, p.buyer_phone, p.buyer_address FROM federation_sellerorder o"
            " JOIN federation_purchase p ON p.id = o.purchase_id"
            " WHERE %(village)s IN (o.seller, o.holder, o.deliverer) ORDER BY o.placed_at, o.id"
        ),
        "penerimaan": "SELECT * FROM federation_payment WHERE village_code = %(village)s ORDER BY confirmed_at, id",
        "rincian_penerimaan": (
            "SELECT a.* FROM federation_allocation a JOIN federation_payment p ON p.id = a.payment_id"
            " WHERE p.village_code = %(village)s ORDER BY a.payment_id, a.id"
        ),
        "pengembalian": "SELECT * FROM federation_refund WHERE village_code = %(village)s ORDER BY made_at, id",
        "perputaran": "SELECT * FROM federation_turnoverfact WHERE %(village)s IN (buyer_village, seller) ORDER BY day, id",
        "kabar": "SELECT * FROM federation_notice WHERE village_code = %(village)s ORDER BY at, id",
    }
