"""A jump of the clock on the served market, as its worker sees it: what was noted of this start of the machine says another time.

Setting the machine's own clock is not ours to do, so the note is: it says that 45 days ago, by the wall clock, was just now.
"""

# ruff: noqa: S608 - our own words
from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.embedded import processes
from tests.support import buying, web

pytestmark = pytest.mark.slow

CIBIRU = "v_3402902002"  # the seller


def sweep(served):
    """Ask the worker now for what its clock would ask for within the minute."""
    script = "import django; django.setup(); from tenants import wake_ups; wake_ups.send(task='marketplace.tasks.expire_orders')"
    environment = {**served.environment, "DJANGO_SETTINGS_MODULE": "deploy.settings", "DATABASE_URL": served.postgres.url()}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)


def test_nothing_lapses_by_a_clock_that_jumped_until_a_person_says_that_it_is_right(served):
    assert processes.wait(lambda: served.rows("SELECT count(*) FROM tenants_clocknote") == [(1,)], seconds=90, step=1), served.said()
    served.rows("UPDATE tenants_clocknote SET wall_at = wall_at - interval '45 days' RETURNING boot")
    buyer = web.Browser(served.port)
    assert buying.order(buyer, {served.products[1]: 1}).status_code == 302
    for table in ("public.federation_sellerorder", f"{CIBIRU}.marketplace_order"):
        served.rows(f"UPDATE {table} SET expires_at = now() - interval '1 hour' RETURNING id")

    sweep(served)
    assert processes.wait(lambda: "clock-jumped" in served.said(), seconds=60, step=0.5), served.said()
    shown = served.command("clock", "show")
    assert (shown.returncode, "Jam mesin ini meloncat" in shown.stderr) == (1, True), shown.stdout + shown.stderr
    assert served.rows("SELECT count(*)::int FROM federation_sellerorder WHERE ended_at IS NOT NULL") == [(0,)]

    assert served.command("clock", "confirm", "--reason", "Jamnya benar").returncode == 0
    sweep(served)
    lapsed = "SELECT bool_and(ended_at IS NOT NULL) FROM federation_sellerorder"
    assert processes.wait(lambda: served.rows(lapsed) == [(True,)], seconds=90, step=0.5), served.said()
    assert served.command("clock", "show").returncode == 0
