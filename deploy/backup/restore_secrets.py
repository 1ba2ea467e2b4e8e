"""The passwords and the key of a market that is restored: those of the backup, of a file that was kept apart, or new ones."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
from pathlib import Path

from deploy.backup import copy_loading, manifest
from deploy.console import command_error
from tenants import private_files

KEY = "secret_key"
_KEY_BYTES = 48
# Each with what it means for people. One-time codes of phones and passwords of accounts do not hang on the key: they stand in the database.
_LOST_WITH_KEY = (
    (
        "Semua orang masuk lagi, dan peramban yang dikenal menjadi asing sampai pemiliknya masuk sekali.",
        "Everybody signs in again, and known browsers are strange ones until their owner signed in once.",
    ),
    (
        "Pembeli yang sedang kembali dari gerbang pembayaran, dan yang menemukan belanjaannya lewat kode hari itu, mencarinya lagi dengan "
        "kode dan nomor HP. Tautan pesanan mereka tetap berlaku.",
        "Buyers who are just coming back from a payment gateway, or found their purchase by its code that day, find it again by code and "
        "phone number. Their order links stay good.",
    ),
    (
        "Formulir pesanan yang dikirim dua kali, sekali sebelum dan sekali sesudah cadangan, ditolak alih-alih menunjukkan pesanan yang "
        "sudah ada; hitungan pesanan belum dibayar per jaringan mulai dari nol.",
        "An order form that is sent twice, once before the backup and once after, is refused instead of leading to the order that is "
        "there; counts of unpaid orders per network begin at zero.",
    ),
)


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What the restored market will have: passwords and key by name, none of them where there are none but new ones; and what is lost for
    want of the old key, a sentence in each language."""

    values: dict[str, str]
    lost: tuple[tuple[str, str], ...] = ()


def find(*, folder: Path, of: manifest.Manifest, file: Path | None) -> Secrets:
    """The secrets of a backup: in `file` where they were kept apart, else in its folder. The key that the environment gives must be theirs.

    :raises command_error.CommandError: if they cannot be read, or are another market's
    """
    path = file or folder / copy_loading.SECRETS
    given = os.environ.get("PASARSAMA_SECRET_KEY", "").strip()
    if file is None and not path.exists():
        same = bool(given) and manifest.fingerprint(given) == of.secrets.get(KEY)
        return Secrets(values={KEY: given} if given else {}, lost=() if same else _LOST_WITH_KEY)
    values = _read(path)
    for name, sign in of.secrets.items():
        if manifest.fingerprint(values.get(name, "")) != sign:
            raise another_key(f"{path} ({name})")
    if given and manifest.fingerprint(given) != of.secrets.get(KEY):
        raise another_key("PASARSAMA_SECRET_KEY")
    return Secrets(values=values)


def put(*, data: Path, found: Secrets) -> None:
    """Write the secrets of a restored market into its folder, whole or not at all; what is missing is made new."""
    values = {KEY: secrets.token_urlsafe(_KEY_BYTES), **found.values}
    fresh = data / ".secrets.json.new"
    with private_files.create(fresh) as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / "secrets.json")


def another_key(where: str) -> command_error.CommandError:
    """The sentence for secrets that are sound, but not those of the backup."""
    return command_error.CommandError(
        f"Kunci lain: {where} bukan milik pasar dalam cadangan ini. Cadangannya tidak rusak; sebut berkas rahasianya dengan --secrets.",
        f"Another key: {where} is not of the market in this backup. The backup is sound; name the file with its secrets by --secrets.",
        status=command_error.WRONG_USE,
    )


def _read(path: Path) -> dict[str, str]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        raise command_error.CommandError(
            f"{path} tidak dapat dibaca: {why}", f"{path} cannot be read: {why}", status=command_error.WRONG_USE
        ) from None
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise another_key(str(path))
    return values
