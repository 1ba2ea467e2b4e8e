"""`pasarsama`: the one door for people who run it.

A command is a module in this package with `add_arguments(parser)` and `run(arguments) -> int`; its docstring is its help, the first line
in the list of commands. With `HANDS_ON = True` it gets its words unread, in `rest` of its arguments. Every other word is looked up among
Django's commands. What stops a command is one line, never a traceback.
"""

import argparse
import difflib
import importlib
import importlib.metadata
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from deploy import env
from deploy.console import command_error

INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Wrong use ends in one line, with the way to the help."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} (lihat / see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(command_error.WRONG_USE)


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end with its status."""
    words = list(sys.argv[1:] if words is None else words)
    try:
        status = _run(words)
        sys.stdout.flush()
    except command_error.CommandError as stop:
        print(stop, file=sys.stderr)
        status = stop.status
    except env.Misconfigured as stop:
        print(f"Pengaturan salah: {stop}\nWrong setting: {stop}", file=sys.stderr)
        status = command_error.WRONG_USE
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:  # `pasarsama villages list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = command_error.FAILED
    except Exception as error:
        if not _is_unreachable(error):
            raise
        reason = str(error).strip().splitlines()[0]
        print(f"Basis data atau antrean tidak dapat dihubungi: {reason}\nDatabase or queue cannot be reached: {reason}", file=sys.stderr)
        status = command_error.FAILED
    raise SystemExit(status)


def commands() -> dict[str, ModuleType]:
    """Give our own commands by name."""
    found = {}
    for entry in pkgutil.iter_modules(__path__):
        if entry.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{entry.name}")
        if hasattr(module, "run") and hasattr(module, "add_arguments"):
            found[entry.name] = module
    return found


def _run(words: list[str]) -> int:
    known = commands()
    first = next((word for word in words if not word.startswith("-")), "")
    if words and not words[0].startswith("-") and first not in known:
        from deploy.cli.support import django_commands

        if first in django_commands.names():
            return django_commands.run(first, words[1:])
        near = difflib.get_close_matches(first, [*known, *django_commands.names()], n=3)
        hint = f" Maksudnya / did you mean: {', '.join(near)}?" if near else ""
        raise command_error.CommandError(
            f"pasarsama: perintah {first!r} tidak dikenal.{hint}",
            f"pasarsama: unknown command {first!r}; see pasarsama --help.",
            status=command_error.WRONG_USE,
        )
    if words[:1] == [first] and getattr(known[first], "HANDS_ON", False) and words[1:2] not in (["-h"], ["--help"]):
        return int(known[first].run(argparse.Namespace(rest=words[1:])))
    arguments = make_parser(known).parse_args(words)
    return int(known[arguments.command].run(arguments))


def make_parser(known: dict[str, ModuleType]) -> Parser:
    """Give the parser of all these commands."""
    parser = Parser(
        prog="pasarsama",
        description="Pasar desa-desa: satu keranjang dari banyak desa. A market of villages: one basket across many village shops.",
        epilog="Every Django command works by its own name too: pasarsama migrate_schemas, pasarsama shell, pasarsama help.",
    )
    parser.add_argument("--version", action="version", version=f"pasarsama {_version()}")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for name, module in sorted(known.items()):
        text = (module.__doc__ or name).strip()
        choice = choices.add_parser(
            name, help=text.splitlines()[0], description=text, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
        )
        module.add_arguments(choice)
    return parser


def _version() -> str:
    try:
        return importlib.metadata.version("pasarsama")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _is_unreachable(error: Exception) -> bool:
    """Say whether a real server did not answer; the drivers are not imported just for asking."""
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    return bool(names & {"django.db.utils.OperationalError", "psycopg2.OperationalError", "redis.exceptions.ConnectionError"})


if __name__ == "__main__":
    main()
