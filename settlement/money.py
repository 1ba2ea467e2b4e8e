"""Whole rupiah: how amounts are divided without losing any. Amounts are integers; nothing here rounds but down."""

from __future__ import annotations

from collections.abc import Sequence

WHOLE_BASIS_POINTS = 10_000


def checked(*, amount_rupiah: int) -> int:
    """Give the amount back if it is a whole, non-negative number of rupiah; money never comes as a float.

    :raises TypeError: if it is not an integer
    :raises ValueError: if it is below zero
    """
    if not isinstance(amount_rupiah, int) or isinstance(amount_rupiah, bool):
        raise TypeError(f"Rupiah are whole numbers, not {amount_rupiah!r}")
    if amount_rupiah < 0:
        raise ValueError(f"{amount_rupiah} rupiah is below zero")
    return amount_rupiah


def basis_points(*, amount_rupiah: int, basis_points: int) -> int:
    """The floor of `basis_points` hundredths of a per cent of an amount, in rupiah: the fee of a sale."""
    return checked(amount_rupiah=amount_rupiah) * checked(amount_rupiah=basis_points) // WHOLE_BASIS_POINTS


def fee_returned(*, fee_rupiah: int, goods_rupiah: int, refunded_rupiah: int) -> int:
    """How much of a fee has gone back once `refunded_rupiah` of the goods in all have: floor(fee × refunded ÷ goods).

    It counts from the beginning: what goes back with one refund is the difference of two of these, so that the parts equal the whole.

    :raises ValueError: if more was refunded than the goods cost, or the fee is above the goods
    """
    for amount in (fee_rupiah, goods_rupiah, refunded_rupiah):
        checked(amount_rupiah=amount)
    if refunded_rupiah > goods_rupiah or fee_rupiah > goods_rupiah:
        raise ValueError(f"Neither refund ({refunded_rupiah}) nor fee ({fee_rupiah}) may pass the goods ({goods_rupiah})")
    return fee_rupiah * refunded_rupiah // goods_rupiah if goods_rupiah else 0


def share_out(*, total_rupiah: int, weights: Sequence[int]) -> list[int]:
    """Part an amount by weights so that the parts add up to it: each gets the floor of its share, and the rupiah left over go one
    each to the largest remainders, ties to the earlier part (method of the largest remainder, Hamilton).

    :raises ValueError: if there is no weight above zero to carry an amount
    """
    checked(amount_rupiah=total_rupiah)
    whole = sum(checked(amount_rupiah=weight) for weight in weights)
    if not whole:
        if total_rupiah:
            raise ValueError(f"Nothing to share {total_rupiah} rupiah over")
        return [0] * len(weights)
    parts = [total_rupiah * weight // whole for weight in weights]
    left = total_rupiah - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total_rupiah * weights[place] % whole))
    for place in by_remainder[:left]:
        parts[place] += 1
    return parts
