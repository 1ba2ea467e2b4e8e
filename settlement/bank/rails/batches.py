"""Many instructions for one file: checked once before any of them is written, so that a file is whole or is not."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from settlement.bank.rails import account_rules, latin
from settlement.bank.rails import rail_interface as rails
from tenants import errors

AMOUNT_RUPIAH_MAX = 10**15  # of one instruction and of all: with two decimals it fits ISO 20022's 18 digits


class NothingToPay(errors.DomainError):
    """A file without payments."""

    kind = errors.Kind.CONFLICT
    code = "nothing-to-pay"
    sentence = gettext_noop("Tidak ada pembayaran untuk berkas ini.")


class AmountNotPayable(errors.DomainError):
    """Not a whole number of rupiah from 1 to 10^15."""

    kind = errors.Kind.INVALID
    code = "amount-not-payable"
    sentence = gettext_noop("Pembayaran untuk %(village)s sebesar Rp %(amount_rupiah)s tidak bisa ditulis ke berkas bank.")


class TotalNotPayable(errors.DomainError):
    """All instructions together pass 10^15 rupiah."""

    kind = errors.Kind.INVALID
    code = "total-not-payable"
    sentence = gettext_noop("Jumlah semua pembayaran (Rp %(amount_rupiah)s) terlalu besar untuk satu berkas. Bagi menjadi beberapa berkas.")


class AccountNotComplete(errors.DomainError):
    """An account that `accounts.check` refuses: without a number, a name in Latin letters, or a bank."""

    kind = errors.Kind.CONFLICT
    code = "account-not-complete"
    sentence = gettext_noop("Rekening %(village)s belum lengkap. Isi nomor rekening (angka saja), nama pemilik dan kode bank atau BIC.")


class BankCodeMissing(errors.DomainError):
    """A portal's table names banks by their Indonesian number only."""

    kind = errors.Kind.CONFLICT
    code = "bank-code-missing"
    sentence = gettext_noop("Kode bank rekening %(village)s belum diisi (misalnya 002 untuk BRI). Berkas portal memerlukannya.")


class KeyTwice(errors.DomainError):
    """One key on two instructions: the second would be taken for the first."""

    kind = errors.Kind.INVALID
    code = "payment-key-twice"
    sentence = gettext_noop("Pembayaran %(key)s untuk %(village)s ada dua kali dalam satu berkas.")


class OtherPayer(errors.DomainError):
    """An instruction is to be paid from another account than the file."""

    kind = errors.Kind.INVALID
    code = "other-payer"
    sentence = gettext_noop("Pembayaran untuk %(village)s berasal dari rekening lain. Satu berkas hanya untuk satu rekening.")


def check(*, payer: account_rules.BankAccount, instructions: Sequence[rails.Instruction]) -> int:
    """What the instructions come to in rupiah, once every one of them can be written to a file that `payer` pays.

    :raises NothingToPay: :raises AmountNotPayable: :raises TotalNotPayable: :raises AccountNotComplete: :raises KeyTwice:
    :raises OtherPayer: as their names say, the first in the order given
    """
    if not instructions:
        raise NothingToPay
    _check_account(account=payer, village=payer.holder)
    keys: set[str] = set()
    for instruction in instructions:
        _check_instruction(payer=payer, instruction=instruction, keys=keys)
        keys.add(instruction.key)
    total = sum(instruction.amount_rupiah for instruction in instructions)
    if total > AMOUNT_RUPIAH_MAX:
        raise TotalNotPayable(amount_rupiah=total)
    return total


def remittance(*, instruction: rails.Instruction, most: int) -> str:
    """What the receiver reads and the statement shows, in at most `most` signs: the key first, so that no cut takes it."""
    text = latin.written(instruction.remittance, most=most)
    if text.partition(" ")[0] == instruction.key:
        return text
    return latin.written(f"{instruction.key} {text}", most=most)


def _check_instruction(*, payer: account_rules.BankAccount, instruction: rails.Instruction, keys: set[str]) -> None:
    village, amount = instruction.village, instruction.amount_rupiah
    if instruction.payer != payer:
        raise OtherPayer(village=village)
    if not isinstance(amount, int) or isinstance(amount, bool) or not 1 <= amount <= AMOUNT_RUPIAH_MAX:
        raise AmountNotPayable(village=village, amount_rupiah=amount)
    _check_account(account=instruction.payee, village=village)
    if instruction.key in keys:
        raise KeyTwice(key=instruction.key, village=village)


def _check_account(*, account: account_rules.BankAccount, village: str) -> None:
    try:
        account_rules.check(account=account)
    except errors.DomainError as why:
        raise AccountNotComplete(village=village) from why
