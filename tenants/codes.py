"""The names of parties: a village's kode wilayah, the federation's F."""

from typing import NewType

VillageCode = NewType("VillageCode", str)
FEDERATION = VillageCode("F")
OUTSIDE = VillageCode("")  # a home outside the federation
