"""`kill -9` in the middle of checkouts: what was acknowledged stays, what was not is whole or not there, and nobody has to help.

The market is served by `pasarsama serve`, on a durable cluster of its own. Web workers and PostgreSQL are killed in turns, each this often:

    PASARSAMA_KILLS=20 python -m pytest -s tests/system/kills

runs the whole programme (about ten minutes, worker and clock included) and prints its figures; without the variable each is killed twice.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import processes
from tests.system.kills import machine, shoppers

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("PASARSAMA_KILLS", "2"))
WHOLE = KILLS >= 20  # with worker and clock
SHOPPERS = 4
RECOVERY_SECONDS = 60.0


@pytest.fixture
def market() -> Iterator[machine.Machine]:
    folder = Path(tempfile.mkdtemp(prefix="ps-kills-"))
    folder.chmod(0o755)
    try:
        with machine.Machine(folder / "data", whole=WHOLE).running() as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_no_acknowledged_purchase_is_lost(market, capsys):
    diary, stop = shoppers.Diary(), threading.Event()
    buyers = [
        shoppers.Shopper(number=number, port=market.port, products=market.products, diary=diary, stop=stop) for number in range(SHOPPERS)
    ]
    for buyer in buyers:
        buyer.start()
    pauses = [_kill(market, diary, kill) for _ in range(KILLS) for kill in (market.kill_web_workers, market.kill_postgres)]
    stop.set()
    for buyer in buyers:
        buyer.join(shoppers.PATIENCE_SECONDS + 30)

    assert diary.surprises == []
    kept = dict(market.rows("SELECT form_key, token FROM federation_purchase"))
    assert {key: token for key, token in diary.acknowledged.items() if kept.get(key) != token} == {}
    assert set(kept) <= diary.sent
    assert diary.interrupted > 0, "no kill met a checkout: nothing was proved"
    if WHOLE:
        undone = """
            SELECT (SELECT count(*) FROM tenants_event WHERE fanned_out_at IS NULL)
                + (SELECT count(*) FROM tenants_eventdelivery WHERE state <> 'done')
        """
        assert processes.wait(lambda: market.rows(undone) == [(0,)], seconds=180, step=2), "the worker did not recover"
    audit = market.command("audit", "--json")
    assert audit.returncode == 0, audit.stdout + audit.stderr
    assert json.loads(audit.stdout)["holds"]
    with capsys.disabled():
        print(
            f"\n{2 * KILLS} kills; {diary.count} purchases acknowledged, none lost; "
            f"{diary.interrupted} times a form got no answer or an error, "
            f"{diary.answered_again} purchases were acknowledged when their form was sent again; until the next "
            f"{SHOPPERS + 1} purchases it took {sorted(pauses)[len(pauses) // 2]:.1f} s (median), {max(pauses):.1f} s (longest)"
        )


def _kill(market: machine.Machine, diary: shoppers.Diary, kill) -> float:
    """Kill while at least one form is on its way; give the seconds until the next purchase was acknowledged."""
    time.sleep(random.uniform(0.2, 1.2))
    assert processes.wait(lambda: diary.in_flight > 0, seconds=RECOVERY_SECONDS, step=0.001), market.said()
    kill()
    known, begun = diary.count, time.monotonic()
    recovered = processes.wait(lambda: diary.count > known + SHOPPERS, seconds=RECOVERY_SECONDS, step=0.05)
    assert recovered, f"{market.said()}\n{diary.surprises}"
    return time.monotonic() - begun
