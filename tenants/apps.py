from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"

    # Read by tenants.db.privileges; settlement's triggers keep them too.
    append_only_tables = ("tenants_activityentry", "tenants_tradeholdstep", "tenants_marketrestore", "tenants_numbergap")
    read_only_tables = ("tenants_area",)

    # Read by tenants.schemas.export_village: what of the shared tables belongs to one village.
    village_exports = {
        "penahanan_toko": "SELECT * FROM tenants_tradeholdstep WHERE village_code = %(village)s ORDER BY turn",
        "nomor_dilewati": "SELECT series, first, last FROM tenants_numbergap WHERE village_code = %(village)s ORDER BY series, first",
        "desa": "SELECT code, slug, name, state, created_at FROM tenants_village WHERE code = %(village)s",
        "alamat_situs": "SELECT domain, is_primary FROM tenants_domain WHERE tenant_id = %(village)s ORDER BY domain",
        "petugas": (
            "SELECT m.role, m.since_on, m.until_on, u.id AS user_id, u.name, u.phone FROM tenants_membership m"
            " JOIN tenants_user u ON u.id = m.user_id WHERE m.village_code = %(village)s ORDER BY u.name, m.role"
        ),
        "jejak": (
            "SELECT id, at, by, action, subject_id, reason, detail FROM tenants_activityentry"
            " WHERE village_code = %(village)s OR subject_id = %(village)s ORDER BY at, id"
        ),
    }

    def ready(self) -> None:
        from tenants.schemas import checks

        checks.register()
