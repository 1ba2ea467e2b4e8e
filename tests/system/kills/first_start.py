"""Makes the market in which servers are killed: three villages, a product in each, and room for thousands of unpaid purchases.

Runs as a process of its own (`python -m tests.system.kills.first_start`) with the owner's environment; prints the products' ids as JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from federation.models import Federation  # noqa: E402 - the apps must be ready
from settlement.ledger import limits  # noqa: E402
from tenants import acts  # noqa: E402
from tenants.db import privileges  # noqa: E402
from tenants.schemas import migrate_all, provisioning  # noqa: E402
from tests.support import factories, shopping  # noqa: E402

PLENTY = 1_000_000


def main() -> None:
    migrate_all.migrate_all()
    for code, name in factories.VILLAGES.items():
        provisioning.provision(code=code, name=name, act=acts.by_command_line(at=factories.START))
    factories.people()
    privileges.apply()
    Federation.objects.update(unpaid_per_address_max=PLENTY)  # every buyer comes from this machine
    rupiah = 10**12
    limits.set_limit(
        village_code=factories.SUKAMAJU,
        limit_rupiah=rupiah,
        guest_limit_rupiah=rupiah,
        act=acts.by_command_line(at=factories.START, reason="uji coba"),
    )
    products = [str(shopping.product(code, name=f"Barang {name}", stock=PLENTY)) for code, name in factories.VILLAGES.items()]
    json.dump(products, sys.stdout)


if __name__ == "__main__":
    main()
