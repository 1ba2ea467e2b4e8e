from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "settlement"

    # Read by tenants.privileges: the application's role may only add rows here ...
    append_only_tables = ("settlement_transfer", "settlement_reference")
    # ... and here change these columns alone, never remove a row.
    limited_updates = {"settlement_obligation": ("open_rupiah",)}

    # Read by tenants.exporting: one village's accounts, what moved on them, and what it owes or is owed.
    village_exports = {
        "rekening": (
            "SELECT a.code, a.kind, a.created_at, p.* FROM settlement_account a LEFT JOIN settlement_position p ON p.account = a.code"
            " WHERE a.village_code = %(village)s ORDER BY a.code"
        ),
        "jurnal": (
            "SELECT t.* FROM settlement_transfer t WHERE t.debit IN (SELECT code FROM settlement_account WHERE village_code = %(village)s)"
            " OR t.credit IN (SELECT code FROM settlement_account WHERE village_code = %(village)s) ORDER BY t.created_at, t.id"
        ),
        "kewajiban": "SELECT * FROM settlement_obligation WHERE %(village)s IN (debtor, creditor) ORDER BY happened_at, id",
    }
