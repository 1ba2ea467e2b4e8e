from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "settlement"

    # Read by tenants.privileges: the application's role may only add rows here ...
    append_only_tables = ("settlement_transfer", "settlement_reference")
    # ... and here change these columns alone, never remove a row.
    limited_updates = {"settlement_obligation": ("open_rupiah",)}
