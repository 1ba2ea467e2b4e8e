"""One village as every request sees it, and how its row is read."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from tenants import codes, models

State = models.Village.State


@dataclasses.dataclass(frozen=True, slots=True)
class VillageInfo:
    """A village as requests see it."""

    code: codes.VillageCode
    slug: str
    name: str
    state: str  # Village.State: active, suspended or archived
    area: str = ""  # where it lies, to tell it from another of its name: its district and regency, or their code where nobody named them
    held_since: datetime | None = None  # the moment of the backup after whose restore its trade is still held (trade_holds)
    looked_in: str = dataclasses.field(init=False, repr=False, compare=False)  # what a search looks in, for each of thousands

    def __post_init__(self) -> None:
        object.__setattr__(self, "looked_in", f"{self.name} {self.area} {self.code}".casefold())


def read(rows: QuerySet[models.Village]) -> list[VillageInfo]:
    """Those of the rows that have a schema, with the names of the areas in which they lie."""
    ready = rows.filter(state__in=[State.ACTIVE, State.SUSPENDED, State.ARCHIVED])
    above = (codes.DISTRICT_CHARACTERS, codes.REGENCY_CHARACTERS)
    areas = [Subquery(models.Area.objects.filter(code=Left(OuterRef("code"), characters)).values("name")) for characters in above]
    return [
        VillageInfo(codes.VillageCode(code), slug, name, state, ", ".join(filter(None, names)) or code[: codes.DISTRICT_CHARACTERS], held)
        for code, slug, name, state, held, *names in ready.values_list("code", "slug", "name", "state", "held_since", *areas)
    ]
