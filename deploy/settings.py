"""One settings file. What differs between machines comes from the environment and fails loudly (see deploy/env.py)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from deploy import env
from deploy.web_server import body_limits

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(env.text("PASARSAMA_DATA", str(ROOT / ".data")))

# "local" (demo, tests, development) or "production", where `serve` refuses unsafe values.
MODE = env.choice("PASARSAMA_MODE", default="local", among=("local", "production"))
PRODUCTION = MODE == "production"
DEBUG = env.flag("PASARSAMA_DEBUG", default=False)
SECRET_KEY = env.text("PASARSAMA_SECRET_KEY", "" if PRODUCTION else "local-only-" + hashlib.sha256(str(ROOT).encode()).hexdigest())
ALLOWED_HOSTS = env.names(
    "PASARSAMA_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]"
)  # the federation's own; villages' domains are rows
CSRF_TRUSTED_ORIGINS = env.names("PASARSAMA_ORIGINS", "")
PASARSAMA_ON_VILLAGE_ACTIVE = ["federation.members.terms.open_village", "marketplace.shops.open_shop"]  # called with village_code and at
PASARSAMA_ON_VILLAGE_RESTORED = ["marketplace.restoring.restored_shop.bring_in_line"]  # see tenants.schemas.restore_village
PASARSAMA_AFTER_PUBLIC_MIGRATED = ["settlement.sql.install.everything"]  # as the owner, each time; see tenants.schemas.migrate_one
PASARSAMA_BEFORE_VILLAGE_ARCHIVED = [
    "federation.members.leaving.refuse_unfinished",
    "settlement.ledger.unsettled.refuse_unsettled",
]  # the same; they refuse

# -- Applications: shared tables stand in public, a village's tables in its own schema, no table in both. --
OWN_SHARED_APPS = ["tenants", "settlement", "federation"]
SHARED_APPS = [
    "django_tenants",
    *OWN_SHARED_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_otp",
    "django_otp.plugins.otp_totp",
]
TENANT_APPS = ["marketplace"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "deploy.background.app_config.DeployConfig"]
TENANT_MODEL = "tenants.Village"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True  # one SET per switch; stale paths after rollbacks are covered by tests/unit/tenants
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Databases: the application's role can change rows, the owner's role also tables. --
DATABASE_URL = env.text("DATABASE_URL", "postgresql://pasarsama@localhost/pasarsama")
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL", DATABASE_URL)
AS_OWNER = env.flag("PASARSAMA_AS_OWNER", default=False)
DATABASES = {
    "default": {
        **env.database(DATABASE_OWNER_URL if AS_OWNER else DATABASE_URL),
        "ENGINE": "tenants.db.backend",
        "CONN_MAX_AGE": env.number("PASARSAMA_CONNECTION_SECONDS", 600),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
# How near a misspelt word must come: "kripik" and "keripik" are 0.57 alike, "bras" and "beras" 0.4; PostgreSQL's own 0.6 misses both.
SIMILARITY = "-c pg_trgm.word_similarity_threshold=0.4"
# What tenants.db.statements prepares is planned once: planning again for the values of each call costs more than it finds.
DATABASES["default"]["OPTIONS"].setdefault("options", f"{SIMILARITY} -c plan_cache_mode=force_generic_plan")
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
QUEUE_URL = env.text("BROKER_URL", "redis://localhost:6379/0")

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "tenants.http.shared_cache.ForgivingCache",
        "LOCATION": env.cache(QUEUE_URL),
        "KEY_FUNCTION": "tenants.db.context.cache_key",
    },
    # The counts of tenants.throttle, which outlive what is forgotten of the cache when its server returns (tenants.http.queue_server).
    "counts": {
        "BACKEND": "tenants.http.shared_cache.CountingCache",
        "LOCATION": env.cache(QUEUE_URL, db=env.COUNTS_DB),
        "KEY_FUNCTION": "tenants.db.context.cache_key",
    },
    # What {% cache %} of templates keeps, in each process: parts that are named by all that they show, so that none is ever out of date.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
        "KEY_FUNCTION": "tenants.db.context.cache_key",
    },
}

# -- The web --
ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"
MIDDLEWARE = [
    "tenants.http.middleware.RequestLog",
    "tenants.http.client_address.Fronts",
    "federation.web.headers.ContentPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tenants.http.middleware.KnownHost",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "federation.web.page_cache.AnonymousPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenants.http.middleware.Language",
    "federation.web.request_limits.Admission",
    "federation.web.disk_guard.DiskFullGuard",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "federation.web.error_pages.Refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "federation.web.layout.page",
                "marketplace.pages.office.assist_page.running",
            ],
            "builtins": [f"federation.templatetags.{library}" for library in ("label_filters", "cards")],
        },
    }
]
SECURE = env.flag("PASARSAMA_SECURE", default=PRODUCTION)  # behind TLS
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "federation.web.error_pages.form_refused"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
# The fronts whose X-Forwarded-For and X-Forwarded-Proto are believed; everybody else's are dropped (tenants.http.client_address).
TRUSTED_PROXIES = env.networks("PASARSAMA_TRUSTED_PROXIES")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "login"
AUTHENTICATION_BACKENDS = ["tenants.people.accounts.Sessions"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OTP_TOTP_ISSUER = "Pasarsama"  # how a phone's app calls the account whose codes it shows
DATA_UPLOAD_MAX_MEMORY_SIZE = body_limits.BODY_BYTES_MAX
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# Our own files only: those of packages (pages to try an API by hand, of the administration) are nine tenths of all, and no page names them.
STATICFILES_DIRS = [ROOT / "federation" / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_URL = "/gambar/"
MEDIA_ROOT = DATA / "pictures"
PASARSAMA_HELD_PICTURES = DATA / "held-pictures"  # chosen in a form that is not right yet; served to nobody

# -- Words and time: Indonesian is the source language, English the translation. --
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [ROOT / "deploy" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone()

# After the machine was off for longer a person is asked whether its clock is right (tenants.clock).
PASARSAMA_CLOCK_GAP_DAYS = env.number("PASARSAMA_CLOCK_GAP_DAYS", 7)

# -- Threads of a web process, each of which answers one request; at most half of them wait for another's (tenants.idempotency). --
PASARSAMA_WEB_THREADS = env.number("PASARSAMA_WEB_THREADS", env.WEB_THREADS)

# -- Payment gateways, by the name under which the ledger knows them: what makes the adapter of each. --
PAYMENT_GATEWAYS = env.pairs("PASARSAMA_PAYMENT_GATEWAYS")

# -- Celery: the broker only wakes workers; state and events live in PostgreSQL. --
EVENT_SUBSCRIBERS = "deploy.background.event_subscribers.SUBSCRIBERS"
CELERY_BROKER_URL = env.broker(QUEUE_URL)  # the setting BROKER_URL would be read by Celery itself, in an old form
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Without these time-outs (in seconds) whoever sends to a broker that hangs waits for ever; who may try again does so by itself.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 90,
    "max_retries": 0,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING below decides how a line looks
CELERY_BEAT_SCHEDULE = {
    "events": {"task": "tenants.tasks.deliver_events", "schedule": 60},
    "old-events": {"task": "tenants.tasks.delete_old_events", "schedule": 3600},
    "old-keys": {"task": "tenants.tasks.delete_old_keys", "schedule": 3600},
    "held-pictures": {"task": "marketplace.tasks.delete_held_pictures", "schedule": 3600},
    "positions": {"task": "settlement.tasks.fold_positions", "schedule": 60},
    "gateway-payouts": {"task": "settlement.tasks.ask_about_payouts", "schedule": 300},
    "own-cash": {"task": "settlement.tasks.settle_own_cash", "schedule": 60},
    "cycles": {"task": "settlement.tasks.advance_cycles", "schedule": 60},
    "seals": {"task": "settlement.tasks.seal_day", "schedule": 600},
    "gateway-payments": {"task": "marketplace.tasks.ask_about_payments", "schedule": 60},
    "expiries": {"task": "marketplace.tasks.expire_orders", "schedule": 60},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "deploy.logs.formatters.JsonFormatter"}, "line": {"()": "deploy.logs.formatters.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "line"}},
    "root": {"handlers": ["console"], "level": env.text("PASARSAMA_LOG_LEVEL", "INFO")},
}
