"""What a cycle's proposal is held to: what villages object to, the hashes, and who signed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from settlement.cycles import approving
from settlement.models import Approval, Solution
from settlement.reports import cycle_overview
from tenants.codes import VillageCode
from tenants.db import named_rows


@dataclass(frozen=True, slots=True)
class Objection:
    """What a village says against one obligation, and what it was answered."""

    id: UUID
    obligation_id: UUID
    cycle_number: int
    village_code: VillageCode
    reason: str
    made_at: datetime
    debtor: str
    creditor: str
    amount_rupiah: int
    open_rupiah: int
    cause: str  # "order", "refund" or "cycle"
    cause_id: UUID
    released_at: datetime | None
    answer: str

    @property
    def is_answered(self) -> bool:
        return self.released_at is not None


_OBJECTIONS = """
SELECT b.id, b.obligation_id, b.cycle_number, b.village_code, b.reason, b.made_at, o.debtor, o.creditor, o.amount_rupiah, o.open_rupiah,
    o.cause, o.cause_id, b.released_at, b.answer
FROM public.settlement_objection b JOIN public.settlement_obligation o ON o.id = b.obligation_id
WHERE b.cycle_number = %(number)s
ORDER BY (b.released_at IS NOT NULL), b.made_at, b.id
"""


def objections(*, number: int) -> list[Objection]:
    """The objections made on a cycle's statement, those without an answer first."""
    return named_rows.read(Objection, _OBJECTIONS, {"number": number})


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashes of a cycle's snapshot and solution in force, what an approval signs, and the approval if there is one."""

    version: int
    item_count: int
    snapshot_sha256: str
    solution_sha256: str
    signature: str
    approver: UUID | None
    approved_at: datetime | None


def proof(*, of: cycle_overview.Overview) -> Proof | None:
    """What a cycle can be held to; None until it is computed."""
    if of.snapshot_id is None:
        return None
    found = Solution.objects.select_related("snapshot__approval").filter(snapshot_id=of.snapshot_id).first()
    if found is None:
        return None
    approval: Approval | None = getattr(found.snapshot, "approval", None)
    return Proof(
        version=found.snapshot.version,
        item_count=found.snapshot.item_count,
        snapshot_sha256=found.snapshot.sha256,
        solution_sha256=found.sha256,
        signature=approving.signature(snapshot=found.snapshot, solution=found),
        approver=approval.approver if approval else None,
        approved_at=approval.approved_at if approval else None,
    )
