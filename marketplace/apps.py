from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    append_only_tables = ("marketplace_stockmovement",)  # read by tenants.db.privileges
