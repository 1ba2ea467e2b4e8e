"""Ketentuan federasi: nama, biaya, batas, waktu tahan. Shows and sets the federation's terms, and the limit of a village.

  pasarsama federation show
  pasarsama federation set --name "Pasar Desa Bantul" --fee-basis-points 150 --reason "Rapat anggota 12 November"
  pasarsama federation limit 34.02.15.2004 75000000 --reason "Modal bertambah"

Terms hold for what is ordered, and villages that are opened, from now on; they do not change limits and orders that are there.
Every change stands with its reason in the activity log.
"""

import argparse
from collections.abc import Callable

from deploy.cli.support import environment, typed
from deploy.console import command_error

_RUPIAH_MAX = 1_000_000_000_000
_NUMBER_MAX = 10**15 - 1  # the verb knows the bounds of each term
_OPTIONS = {
    "name": ("--name", "NAME", "its name"),
    "fee_basis_points": ("--fee-basis-points", "N", "its fee on goods, in hundredths of a per cent"),
    "default_limit_rupiah": ("--default-limit", "RUPIAH", "the limit of a village that is opened"),
    "guest_share_basis_points": ("--guest-share-basis-points", "N", "what guests may reserve of a limit, in hundredths of a per cent"),
    "counter_hold_hours": ("--counter-hold-hours", "N", "how long goods wait for cash at the counter"),
    "cod_hold_hours": ("--cod-hold-hours", "N", "how long an order paid on delivery waits for the shop"),
    "unpaid_per_phone_max": ("--unpaid-per-phone", "N", "unpaid purchases one phone number may have"),
    "unpaid_per_address_max": ("--unpaid-per-address", "N", "unpaid purchases one network address may have"),
    "unproven_unpaid_max_rupiah": ("--unproven-unpaid", "RUPIAH", "what a guest or new account may have unpaid in all"),
    "leaving_days": ("--leaving-days", "N", "how long after its last order a village may not leave, since buyers may want money back"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help_text: str, run_it: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        chosen = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        environment.add_arguments(chosen)
        chosen.set_defaults(run_it=run_it)
        return chosen

    action("show", "show the federation's terms", _show)
    change = action("set", "change one or several of the federation's terms", _set)
    for term, (option, unit, help_text) in _OPTIONS.items():
        change.add_argument(
            option,
            dest=term,
            type=str if term == "name" else typed.between(0, _NUMBER_MAX),
            default=None,
            metavar=unit,
            help=help_text,
        )
    limit = action("limit", "change the limit of one village; guests get the federation's share of it", _limit)
    limit.add_argument("code", metavar="KODE")
    limit.add_argument("limit_rupiah", type=typed.between(0, _RUPIAH_MAX), metavar="RUPIAH")
    for chosen in (change, limit):
        chosen.add_argument("--reason", required=True, metavar="TEXT", help="stands in the activity log")


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "set" and all(getattr(arguments, term) is None for term in _OPTIONS):
        raise command_error.CommandError(
            "Sebutkan ketentuan yang diubah, misalnya --fee-basis-points 150.",
            "Say which term to change, for example --fee-basis-points 150.",
            status=command_error.WRONG_USE,
        )
    with environment.started(data=arguments.data), environment.refusals_in_one_line(status=command_error.WRONG_USE):
        environment.require_tables()
        return int(arguments.run_it(arguments))


def _show(arguments: argparse.Namespace) -> int:
    from federation.members import terms

    now = terms.current()
    for term, (option, _, _) in _OPTIONS.items():
        print(f"{option.removeprefix('--'):<24}  {getattr(now, term)}")
    return 0


def _set(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from federation.members import terms
    from tenants import acts

    values = {term: getattr(arguments, term) for term in _OPTIONS if getattr(arguments, term) is not None}
    changed = terms.change(values=values, act=acts.by_command_line(at=timezone.now(), reason=arguments.reason))
    for each in changed:
        print(f"{_OPTIONS[each.term][0].removeprefix('--')}: {each.before} -> {each.after}")
    if not changed:
        print("Tidak ada yang berubah. / Nothing changed.")
    return 0


def _limit(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from federation.members import terms
    from tenants import acts

    guests = terms.set_limit(
        village_code=arguments.code,
        limit_rupiah=arguments.limit_rupiah,
        act=acts.by_command_line(at=timezone.now(), reason=arguments.reason),
    )
    print(f"{arguments.code}: Rp {arguments.limit_rupiah}, tamu / guests Rp {guests}")
    return 0
