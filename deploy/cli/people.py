"""Orang dan perannya: buka akun, beri dan akhiri peran, ganti sandi, hapus kode sekali pakai. Accounts, roles, passwords, one-time codes.

  pasarsama people add 0812-3456-7890 "Bu Ratna" --home 34.02.15.2004
  pasarsama people grant 0812-3456-7890 manager --village 34.02.15.2004 --until 2027-12-31
  pasarsama people grant 0812-3456-7891 operator          without --village: a role of the federation itself
  pasarsama people end 0812-3456-7890 manager --village 34.02.15.2004     at the end of today; with --now at once
  pasarsama people factor 0812-3456-7891 --reset --reason "HP hilang"     whose phone is lost sets up new codes, at the desk

In a village: manager, cashier, courier, service. In the federation: operator, approver, auditor. A password is asked for twice and
never shown; --password-stdin reads it from one line of standard input. Every change stands in the activity log.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from deploy.cli.support import environment
from deploy.console import command_error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help_text: str, run_it: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        chosen = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        environment.add_arguments(chosen)
        chosen.set_defaults(run_it=run_it)
        return chosen

    add = action("add", "open an account for a phone number", _add)
    add.add_argument("phone", metavar="PHONE")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--home", default="", metavar="KODE", help="the member village where they live; outside the federation by default")
    give = action("grant", "give a role from today on, or give one that is there a new last day", _grant)
    give.add_argument("--until", type=_day, default=None, metavar="YYYY-MM-DD", help="the last day of the role; open by default")
    end = action("end", "end a role", _end)
    when = end.add_mutually_exclusive_group()
    when.add_argument(
        "--on",
        type=_day,
        default=None,
        metavar="YYYY-MM-DD",
        help="the last day of the role, until midnight; today by default; the day before its first takes it back",
    )
    when.add_argument("--now", action="store_true", help="end access at once: the last day of the role was yesterday")
    for chosen in (give, end):
        chosen.add_argument("phone", metavar="PHONE")
        chosen.add_argument("role", metavar="ROLE")
        chosen.add_argument("--village", default="", metavar="KODE", help="the village; without it the role is the federation's")
    change = action("password", "give an account a new password; its sessions end", _password)
    change.add_argument("phone", metavar="PHONE")
    for chosen in (add, change):
        chosen.add_argument("--password-stdin", action="store_true", help="read the password from one line of standard input")
    factor = action("factor", "show whether an account has one-time codes, or take them out of force", _factor)
    factor.add_argument("phone", metavar="PHONE")
    factor.add_argument("--reset", action="store_true", help="take the device out of force without its code")
    factor.add_argument("--reason", default="", metavar="TEXT", help="why, needed to take it out; stands in the activity log")
    show = action("list", "list who has which role where", _list)
    show.add_argument("--village", default=None, metavar="KODE", help="of one village only; F is the federation")
    action("permissions", "print which role may do what, as deploy/PERMISSIONS.md", _permissions)


def run(arguments: argparse.Namespace) -> int:
    # Asked before the servers start: whoever mistypes should not have waited for them.
    if arguments.action in ("add", "password"):
        arguments.password = _ask_password(from_stdin=arguments.password_stdin)
    if arguments.action == "factor" and arguments.reset and not arguments.reason.strip():
        raise command_error.CommandError("Sebutkan sebabnya dengan --reason.", "Say why with --reason.", status=command_error.WRONG_USE)
    with environment.started(data=arguments.data), environment.refusals_in_one_line(status=command_error.WRONG_USE):
        environment.require_tables()
        return int(arguments.run_it(arguments))


def _permissions(arguments: argparse.Namespace) -> int:
    from deploy.cli.support import permission_table

    print(permission_table.markdown(), end="")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import phones
    from tenants.people import accounts

    user = accounts.register(
        phone=arguments.phone, name=arguments.name, password=arguments.password, home_village=arguments.home, at=timezone.now()
    )
    print(f"{phones.formatted(user.phone)} {user.name}: akun dibuka / account opened")
    return 0


def _grant(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.people import memberships

    memberships.grant(
        user_id=_account(arguments.phone),
        village_code=arguments.village,
        role=arguments.role,
        since_on=timezone.localdate(),
        until_on=arguments.until,
        act=acts.by_command_line(at=timezone.now()),
    )
    print(f"{arguments.phone}: {arguments.role} {arguments.village or 'federasi / federation'}, {_until(arguments.until)}")
    return 0


def _end(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.people import memberships

    today = timezone.localdate()
    last_on = today - timedelta(days=1) if arguments.now else arguments.on or today
    memberships.end(
        user_id=_account(arguments.phone),
        village_code=arguments.village,
        role=arguments.role,
        until_on=last_on,
        act=acts.by_command_line(at=timezone.now()),
    )
    print(
        f"{arguments.phone}: {arguments.role} {arguments.village or 'federasi / federation'}, {_until(last_on)}; {_access(last_on, today)}"
    )
    return 0


def _password(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.people import accounts

    accounts.set_password(user_id=_account(arguments.phone), password=arguments.password, act=acts.by_command_line(at=timezone.now()))
    print(f"{arguments.phone}: sandi diganti, sesi lama berakhir / password changed, old sessions end")
    return 0


def _factor(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import acts
    from tenants.people import second_factor

    user_id = _account(arguments.phone)
    factor = second_factor.active(user_id=user_id)
    if arguments.reset:
        if factor is None:
            raise command_error.CommandError(
                f"{arguments.phone} belum memasang kode sekali pakai.",
                f"{arguments.phone} has no one-time codes.",
                status=command_error.WRONG_USE,
            )
        second_factor.reset(user_id=user_id, act=acts.by_command_line(at=timezone.now(), reason=arguments.reason))
        print(f"{arguments.phone}: kode sekali pakai dihapus / one-time codes taken out of force")
        return 0
    since = f"aktif sejak / in force since {timezone.localtime(factor.since_at):%Y-%m-%d %H:%M}" if factor else "belum dipasang / none"
    print(f"{arguments.phone}: {since}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from tenants import codes, phones, villages
    from tenants.people import memberships

    if arguments.village not in (None, codes.FEDERATION):
        villages.by_code(code=arguments.village)
    rows = memberships.appointed(village_code=arguments.village, on=timezone.localdate())
    for row in rows:
        place = row.village_code or codes.FEDERATION
        print(f"{place:<13}  {row.role:<8}  {phones.formatted(row.phone):<17}  {row.since_on}  {str(row.until_on or '-'):<10}  {row.name}")
    return 0


def _account(phone: str) -> UUID:
    from tenants.people import accounts

    found = accounts.ids_of(numbers=[phone])
    if phone not in found:
        raise command_error.CommandError(
            f"Nomor {phone} belum punya akun; buka dahulu dengan `pasarsama people add`.",
            f"There is no account with the number {phone}; open one first with `pasarsama people add`.",
            status=command_error.WRONG_USE,
        )
    return found[phone]


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():  # getpass would show what is typed
        raise command_error.CommandError(
            "Tidak ada terminal untuk menanyakan sandi; pakai --password-stdin.",
            "There is no terminal to ask for the password; use --password-stdin.",
            status=command_error.WRONG_USE,
        )
    try:
        first = getpass.getpass("Sandi / password: ")
        second = getpass.getpass("Sekali lagi / once more: ")
    except EOFError:
        raise KeyboardInterrupt from None
    if first != second:
        raise command_error.CommandError("Kedua sandi tidak sama.", "The two passwords differ.", status=command_error.WRONG_USE)
    return first


def _until(day: date | None) -> str:
    return f"sampai / until {day}" if day else "tanpa batas waktu / without end"


def _access(last_on: date, today: date) -> str:
    if last_on < today:
        return "akses sudah berakhir / access has ended"
    return "akses sampai pukul 24.00 hari itu (--now: sekarang juga) / access until midnight of that day (--now: at once)"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("tanggal seperti 2027-12-31 / a day like 2027-12-31") from None
