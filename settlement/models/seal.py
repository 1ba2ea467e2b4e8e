"""Daily seals over the ledger."""

from __future__ import annotations

from django.db import models

from tenants import uuids


class Seal(models.Model):
    """A link of the chain: which rows it covers, the hash of their content and of the seal before. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuids.uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    day = models.DateField()  # in the federation's time zone
    sealed_at = models.DateTimeField()
    row_count = models.PositiveIntegerField()
    content_sha256 = models.CharField(max_length=64)
    before_sha256 = models.CharField(max_length=64)  # empty for the first
    sha256 = models.CharField(max_length=64)


class SealedRow(models.Model):
    """That a row is covered by a seal; the key finds what is not covered yet. Append-only."""

    pk = models.CompositePrimaryKey("kind", "row_id")
    kind = models.CharField(max_length=12)  # "transfer", "obligation", ...
    row_id = models.UUIDField()
    seal_number = models.PositiveIntegerField(db_index=True)
