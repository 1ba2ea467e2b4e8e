"""Buyers order from a village while it is being restored: each order is there afterwards, whole, or was refused."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading

from django.conf import settings
from django.db import connections

from federation.models import SellerOrder
from marketplace.models import Order
from tenants import trade_holds
from tenants.db import context
from tests.support import shopping, village_exports
from tests.support.factories import CIBIRU


def test_orders_of_the_same_moment_are_whole(market, tmp_path):
    product = shopping.product(CIBIRU, stock=10_000)
    folder = village_exports.export(market.database, tmp_path / "cibiru")
    numbers, over = itertools.count(100), threading.Event()
    placed: list[object] = []
    failed: list[BaseException] = []

    def buy() -> None:
        try:
            while not over.is_set():
                number = next(numbers)
                source = f"10.{number // 250}.{number % 250}.1"
                placed.append(shopping.buy({product: 1}, phone=f"0812910{number:05}", source=source))
        except (trade_holds.TradeHeld, StopIteration):
            pass  # restored: its manager counts first, and the checkout offers no way to pay meanwhile
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=buy) for _ in range(3)]
    for thread in threads:
        thread.start()
    before = len(placed)
    command = [sys.executable, "-m", "deploy.cli", "villages", "restore", str(folder), "--data", str(tmp_path / "data")]
    done = subprocess.run(command, env=market.environment, cwd=settings.ROOT, check=False, capture_output=True, text=True)  # noqa: S603 - our own
    over.set()
    for thread in threads:
        thread.join(60)
    assert done.returncode == 0, done.stderr
    assert failed == []
    assert len(placed) > before
    with context.inside(CIBIRU):
        assert Order.objects.count() == SellerOrder.objects.count() == len(placed)
    assert village_exports.broken(market.database) == {}
