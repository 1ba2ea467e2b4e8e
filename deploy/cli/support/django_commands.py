"""Django's own commands under our roof: same servers, same one-line refusals."""

import functools
import os
from pathlib import Path
from typing import Any

from deploy.cli.support import environment
from deploy.console import command_error
from deploy.embedded import folders

# What changes tables or schemas runs as the owner; everything else as the application's role, like the web.
_AS_OWNER = {"migrate", "migrate_schemas", "createcachetable", "dbshell", "flush", "sqlflush", "remove_stale_contenttypes"}
_MAY_CREATE = {"migrate", "migrate_schemas"}
_WITHOUT_SERVERS = {"check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages", "version"}


@functools.cache
def names() -> frozenset[str]:
    """Give the name of every command that Django and the installed apps know."""
    from django.core import management

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    return frozenset([*management.get_commands(), "help", "version"])


def run(name: str, words: list[str]) -> int:
    """Run one of them; `--data DIR` among the words is ours."""
    data, words = _take_data(words)
    if name in {"help", "version"}:
        from django.core import management

        environment.set_up_django()
        management.execute_from_command_line(["pasarsama", name, *words])
        return 0
    if name in _WITHOUT_SERVERS or "--help" in words or "-h" in words:
        os.environ["PASARSAMA_DATA"] = str(data or folders.default())
        environment.set_up_django()
        return _execute(name, words)
    with environment.started(data=data, as_owner=name in _AS_OWNER, may_create=name in _MAY_CREATE):
        return _execute(name, words)


def _execute(name: str, words: list[str]) -> int:
    from django.core import management
    from django.core.management import base
    from django.db import connections

    command = management.load_command_class(management.get_commands()[name], name)
    parser = command.create_parser("pasarsama", name)
    parser.called_from_command_line = False  # it then raises instead of printing its whole usage
    try:
        options: dict[str, Any] = vars(parser.parse_args(words))
        positional = options.pop("args", ())
        base.handle_default_options(parser.parse_args(words))
    except base.CommandError as error:
        message = str(error).removeprefix("Error: ")
        raise command_error.CommandError(
            f"pasarsama {name}: {message}", f"(lihat / see pasarsama {name} --help)", status=command_error.WRONG_USE
        ) from None
    try:
        command.execute(*positional, **options)
    except base.CommandError as error:
        raise command_error.CommandError(f"pasarsama {name}: gagal / failed.", str(error), status=error.returncode) from None
    finally:
        connections.close_all()
    return 0


def _take_data(words: list[str]) -> tuple[Path | None, list[str]]:
    rest = list(words)
    for index, word in enumerate(words):
        if word == "--data":
            if index + 1 >= len(words):
                raise command_error.CommandError("--data perlu nama folder.", "--data needs a folder.", status=command_error.WRONG_USE)
            rest[index : index + 2] = []
            return Path(words[index + 1]), rest
        if word.startswith("--data="):
            del rest[index]
            return Path(word.removeprefix("--data=")), rest
    return None, rest
