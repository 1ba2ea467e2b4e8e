"""The numbers of a village's receipts: 1, 2, ... without gaps, but for those that a restore left out."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from tenants import activity_log, models, number_gaps
from tenants.acts import Act
from tenants.codes import VillageCode
from tenants.number_gaps import Issued, Series

# The busiest day of each village that ever gave a receipt, in UTC: its days need not be people's.
_BUSIEST = """
SELECT village_code, max(receipts) FROM (
    SELECT village_code, date_trunc('day', confirmed_at, 'UTC'), count(*) AS receipts FROM public.federation_payment GROUP BY 1, 2
) AS days GROUP BY 1
"""
_SET = """
INSERT INTO public.federation_receiptcounter AS counter (village_code, last_number)
SELECT * FROM unnest(%s::text[], %s::int[]) ON CONFLICT (village_code) DO UPDATE SET last_number = excluded.last_number
"""


def following(*, village_code: VillageCode) -> int:
    """The village's next receipt number: its counter stays locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO federation_receiptcounter AS counter (village_code, last_number) VALUES (%s, 1)"
            " ON CONFLICT (village_code) DO UPDATE SET last_number = counter.last_number + 1 RETURNING last_number",
            [village_code],
        )
        number: int = cursor.fetchone()[0]
        return number


def leave_gaps(*, restore_id: UUID, act: Act) -> None:
    """Leave out, in every village, what the lost market may have given out; in the transaction of the restore, which is on record."""
    with connection.cursor() as cursor:
        cursor.execute(_BUSIEST)
        busiest = dict(cursor.fetchall())
        cursor.execute("SELECT village_code, last_number FROM public.federation_receiptcounter")
        last = dict(cursor.fetchall())
        codes = [VillageCode(code) for code in models.Village.objects.order_by("code").values_list("code", flat=True)]
        ends = number_gaps.leave(
            restore_id=restore_id,
            issued=[
                Issued(series=Series.RECEIPTS, village_code=code, last=last.get(code, 0), daily_most=busiest.get(code, 0)) for code in codes
            ],
        )
        cursor.execute(_SET, [list(ends), list(ends.values())])
    for code, number in ends.items():
        detail = {"from": last.get(code, 0) + 1, "to": number}
        activity_log.record(action="receipts.left-out", subject_id=code, act=act, village_code=code, detail=detail)
