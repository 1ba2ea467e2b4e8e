"""What cannot be undone is asked about once, with its figures; a script says beforehand that it is sure (`--yes`)."""

import sys

from deploy.console import command_error

_YES = ("y", "ya", "yes")


def must_be_sure(*, sentence: str, english: str, sure: bool) -> None:
    """Go on only if `sure`, or if the person at the terminal says yes.

    :raises command_error.CommandError: if the answer is no, or nobody is there to answer
    """
    if sure:
        return
    if not sys.stdin.isatty():
        raise command_error.CommandError(
            f"{sentence} Tambahkan --yes bila yakin.", f"{english} Add --yes if you are sure.", status=command_error.WRONG_USE
        )
    print(f"{sentence}\n{english}", file=sys.stderr)
    if input("Yakin / sure? (ya/tidak) ").strip().lower() not in _YES:
        raise command_error.CommandError("Tidak jadi; tidak ada yang berubah.", "Not done; nothing was changed.")
