"""A backup that is made while four buyers order without pause: it restores to a clean audit, with all that was acknowledged before."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from deploy.backup import manifest
from deploy.embedded import processes
from tests.support import commands
from tests.system.kills import machine, shoppers

pytestmark = [pytest.mark.slow, pytest.mark.long]
SHOPPERS, PURCHASES = 4, 12


@pytest.mark.parametrize("copy", ["base", "logical"])
def test_it_restores_to_a_clean_audit(copy: str) -> None:
    with commands.place() as place:
        diary, stop = shoppers.Diary(), threading.Event()
        backup, new = place / "cadangan", place / "baru"
        with machine.Machine(place / "pasar", whole=True).running() as market:
            buyers = [
                shoppers.Shopper(number=number, port=market.port, products=market.products, diary=diary, stop=stop)
                for number in range(SHOPPERS)
            ]
            for buyer in buyers:
                buyer.start()
            assert processes.wait(lambda: diary.count >= PURCHASES, seconds=60, step=0.1), market.said()
            before = dict(diary.acknowledged)
            made = market.command("backup", str(backup))
            during = diary.count - len(before)
            stop.set()
            for buyer in buyers:
                buyer.join(shoppers.PATIENCE_SECONDS + 30)
        assert made.returncode == 0, made.stderr
        assert during > 0, "nobody ordered while the backup was made"
        assert diary.surprises == []
        assert manifest.read(folder=backup).has_base

        done = commands.pasarsama("restore", str(backup), "--data", str(new), "--copy", copy)

        assert done.returncode == 0, done.stdout + done.stderr
        audit = commands.pasarsama("audit", "--json", "--data", str(new))
        assert json.loads(audit.stdout)["holds"]
        assert set(before.items()) <= _purchases(new)


def _purchases(data: Path) -> set[tuple[str, str]]:
    """The forms and links of all purchases in a folder's database."""
    with commands.asking(data) as cursor:
        cursor.execute("SELECT form_key, token FROM federation_purchase")
        return set(cursor.fetchall())
