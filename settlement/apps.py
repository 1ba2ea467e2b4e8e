from django.apps import AppConfig

_DECISION = ("decision", "decided_village", "decided_source", "decided_gateway", "decided_cycle")
_ACCOUNTS = ("from_account_id", "to_account_id")


class SettlementConfig(AppConfig):
    name = "settlement"

    # Read by tenants.db.privileges: the application's role may only add rows here ...
    append_only_tables = (
        "settlement_transfer",
        "settlement_reference",
        "settlement_snapshot",
        "settlement_cycleedge",
        "settlement_solution",
        "settlement_setoff",
        "settlement_cycleparty",
        "settlement_approval",
        "settlement_bankaccountstep",
        "settlement_bankfile",
        "settlement_legevent",
        "settlement_bankstatement",
        "settlement_lineowner",
        "settlement_seal",
        "settlement_sealedrow",
    )
    # ... here only read ...
    read_only_tables = ("settlement_installedfunction",)
    # ... and here change these columns alone, never remove a row.
    limited_updates = {
        "settlement_obligation": ("open_rupiah",),
        "settlement_objection": ("released_by", "released_at", "answer"),
        "settlement_cycle": (
            "state",
            "cutoff_at",
            "made_by",
            "objection_days",
            "collection_days",
            "snapshot_id",
            "objections_until_at",
            "collect_until_at",
            "ended_at",
            "end_reason",
        ),
        "settlement_moneyhold": ("state", "released_at"),
        "settlement_holdlist": ("confirmed_by", "confirmed_at"),
        "settlement_statedcash": ("confirmed_by", "confirmed_at", "declined_by", "declined_at", "adopted_at"),
        "settlement_gatewaypayout": ("state", "reference", "line_id"),
        "settlement_paymentleg": ("state", "given_by", "given_at", "bank_file_id", "ended_at", "given_up", "heard", *_ACCOUNTS),
        "settlement_payoutanswer": ("confirmed_by", "confirmed_at", "heard", "counted_leg_id", "declined_by", "declined_at"),
        "settlement_statementline": ("state", "leg_id", "why", "text", "decided_by", "decided_at", *_DECISION),
    }

    # Read by tenants.schemas.export_village: one village's accounts, what moved on them, and what it owes or is owed.
    village_exports = {
        "rekening": (
            "SELECT a.code, a.kind, a.created_at, p.* FROM settlement_account a LEFT JOIN settlement_position p ON p.account = a.code"
            " WHERE a.village_code = %(village)s ORDER BY a.code"
        ),
        "jurnal": (
            "SELECT t.* FROM settlement_transfer t WHERE t.debit IN (SELECT code FROM settlement_account WHERE village_code = %(village)s)"
            " OR t.credit IN (SELECT code FROM settlement_account WHERE village_code = %(village)s) ORDER BY t.created_at, t.id"
        ),
        "segel": (
            "SELECT number, day, sealed_at, row_count, content_sha256, before_sha256, sha256 FROM settlement_seal"
            " WHERE %(village)s <> '' ORDER BY number"  # the same for every village
        ),
        "kewajiban": "SELECT * FROM settlement_obligation WHERE %(village)s IN (debtor, creditor) ORDER BY happened_at, id",
    }
