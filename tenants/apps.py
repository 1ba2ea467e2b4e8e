from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"

    append_only_tables = ("tenants_trailentry",)  # read by tenants.privileges
