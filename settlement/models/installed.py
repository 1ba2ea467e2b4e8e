"""What of the ledger's SQL is installed; written by the owner alone (see settlement.sql.install)."""

from __future__ import annotations

from django.db import models


class InstalledFunction(models.Model):
    """A function or trigger as it was installed: the hash of its file, and that of the text by which PostgreSQL knew it afterwards."""

    identifier = models.CharField(primary_key=True, max_length=63)  # as PostgreSQL calls such a name
    kind = models.CharField(max_length=8)  # "function", "trigger"
    file_sha256 = models.BinaryField(max_length=32)
    catalogue_sha256 = models.BinaryField(max_length=32)
    installed_at = models.DateTimeField()
