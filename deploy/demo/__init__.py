"""The demonstration federation: ten villages of Bantul from April to August 2020, made by the market's own code.

`create` makes it, the clock passed in; `logins` says who can log in. The same seed gives the same federation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

SEED = 2020
Progress = Callable[[int, int, str], None]  # done, of, what


class Login(NamedTuple):
    """Somebody who can look around: role, village ("" = the federation's), phone, password."""

    role: str
    village: str
    phone: str
    password: str


def create(*, full: bool, progress: Progress) -> None:
    """Make the whole federation in an empty, migrated database: about 1,200 products and 600 purchases, 3,800 and 4,600 when full."""
    from deploy.demo import async_commit, background_jobs, opening, simulation

    with async_commit.enabled(), background_jobs.running(full=full, seed=SEED, progress=progress):
        goods = opening.open_market(full=full, seed=SEED, progress=progress)
        simulation.run(full=full, seed=SEED, goods=goods, progress=progress)


def logins() -> list[Login]:
    """A login for each role: the federation's three, and the four of the first village."""
    from deploy.demo import opening

    return opening.logins()
