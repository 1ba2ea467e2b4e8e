"""Just enough of Django for a refusal to have its sentence: no applications, no database, no settings of an installation."""

from __future__ import annotations

from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def without_market() -> None:
    """Wake Django where no market is; where settings are there already, nothing changes. Settlement can be imported afterwards."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(LANGUAGE_CODE="id", LOCALE_PATHS=[LOCALE], USE_I18N=True)
        django.setup()
