"""Django's PostgreSQL backend with a search_path per village that fails loudly. ENGINE is "tenants.db.backend"."""
