"""Debts as villages might have them: a directed scale-free graph out of a seed, written as a table that `pasarsama clear` reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

_SEED = 20_201_126
_VILLAGES_A_KABUPATEN = 150
_NEAR_SHARE = 0.5  # of the debts, within a kabupaten
_DEGREE_EXPONENT = 2.5  # how many debts a village has, falls as a power law with this exponent
_MEDIAN_RUPIAH, _SPREAD = 250_000, 1.2  # lognormal amounts

Places = npt.NDArray[np.int64]


def write(path: Path, *, villages: int, obligations: int) -> None:
    """Write so many debts between so many villages: every village owes somebody, no pair stands twice, nobody owes itself.

    Debtors and creditors are drawn apart, each by a weight of its village out of a Pareto distribution, so that few villages have many
    debts and many have few (the static model of scale-free graphs).
    """
    dice = np.random.default_rng(_SEED)
    kabupaten = np.arange(villages) // _VILLAGES_A_KABUPATEN
    bounds = np.append(np.searchsorted(kabupaten, np.arange(kabupaten[-1] + 1)), villages)
    owing, owed = (np.cumsum(dice.pareto(_DEGREE_EXPONENT - 1, villages) + 1) for _ in range(2))
    debtors, pairs = np.arange(villages), np.empty(0, dtype=np.int64)
    while len(pairs) < obligations:
        creditors = _creditors(dice, debtors, kabupaten, bounds, owed)
        drawn = (debtors * villages + creditors)[debtors != creditors]
        _, first = np.unique(together := np.concatenate([pairs, drawn]), return_index=True)
        pairs = together[np.sort(first)]
        # The first round is one debt of every village; who drew itself there is drawn again with the others.
        missing = np.setdiff1d(np.arange(villages), pairs // villages)
        debtors = missing if len(missing) else np.searchsorted(owing, dice.random(obligations) * owing[-1])
    pairs = pairs[:obligations]
    rupiah = np.rint(dice.lognormal(np.log(_MEDIAN_RUPIAH), _SPREAD, obligations)).astype(np.int64) + 1
    codes = [_code(place) for place in range(villages)]
    rows = zip((pairs // villages).tolist(), (pairs % villages).tolist(), rupiah.tolist(), strict=True)
    lines = [f"{codes[debtor]},{codes[creditor]},{amount}\n" for debtor, creditor, amount in rows]
    path.write_text("debtor,creditor,amount\n" + "".join(lines), encoding="utf-8")


def _code(place: int) -> str:
    """A kode wilayah of its own for each village, the first four digits those of its kabupaten."""
    kabupaten, number = divmod(place, _VILLAGES_A_KABUPATEN)
    return f"{11 + kabupaten // 100:02d}.{kabupaten % 100:02d}.01.{2_001 + number:04d}"


def _creditors(dice: np.random.Generator, debtors: Places, kabupaten: Places, bounds: Places, owed: npt.NDArray[np.float64]) -> Places:
    """One creditor for each debtor: out of its kabupaten, or out of all."""
    near = dice.random(len(debtors)) < _NEAR_SHARE
    low, high = bounds[kabupaten[debtors]], bounds[kabupaten[debtors] + 1]
    from_weight = np.where(near & (low > 0), owed[low - 1], 0.0)
    to_weight = np.where(near, owed[high - 1], owed[-1])
    found = np.searchsorted(owed, from_weight + dice.random(len(debtors)) * (to_weight - from_weight), side="right")
    within: Places = np.minimum(found, np.where(near, high - 1, len(owed) - 1))  # rounding may lead one step beyond the last
    return within
