"""What a village has that stays for ever when it leaves."""

from __future__ import annotations

from federation.members import belongings
from federation.members.belongings import Belongings
from tenants.codes import VillageCode
from tests.support import factories, shopping


def test_goods_and_orders_are_those_of_the_village_alone(market) -> None:
    chips = shopping.product(factories.CIBIRU)
    shopping.product(factories.CIBIRU, name="Beras")
    shopping.buy({chips: 1})

    of = {code: belongings.of(village_code=VillageCode(code)) for code in factories.VILLAGES}

    assert of == {factories.CIBIRU: Belongings(2, 1), factories.SUKAMAJU: Belongings(0, 0), factories.MELATI: Belongings(0, 0)}
