"""What lets a browser act for a person: ended for all at once where nobody can know any more who holds it."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice


def end_all() -> int:
    """End every session, and every second factor that somebody began to set up; gives the number of sessions. In the caller's transaction.

    Second factors in use and passwords stay; so do order links of buyers, which are no sign-in.
    """
    TOTPDevice.objects.filter(confirmed=False).delete()
    ended, _ = Session.objects.all().delete()
    transaction.on_commit(caches["default"].clear)  # sessions are read from there first
    return ended
