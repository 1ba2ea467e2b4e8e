"""Who may do what where: what each role holds stands here as data, and pages, API and use cases ask the same question.

A use case asks `require` before it changes anything; a page asks `can` for what it shows. Roles hold in one place: a village, or the
federation. What depends on more than the role (the state of an order, the way of its delivery) is asked beside it, where that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tenants import codes, models
from tenants.db import context
from tenants.errors import DomainError, Kind

Role = models.Membership.Role
COMMAND_LINE_ROLE = "command-line"  # of whoever runs commands on the machine itself; nobody can be given it


class Permission(TextChoices):
    """One thing that somebody may do, in words that its own people would use."""

    SEE_ORDERS = "see-orders", _("Melihat semua pesanan toko")
    SEE_ORDERS_TO_BRING = "see-orders-to-bring", _("Melihat pesanan yang siap diantar atau sudah diserahkan")
    ACCEPT_ORDERS = "accept-orders", _("Menerima pesanan")
    PACK_ORDERS = "pack-orders", _("Menyiapkan pesanan")
    SEND_ORDERS = "send-orders", _("Memberangkatkan pesanan")
    HAND_OVER = "hand-over", _("Menyerahkan barang kepada pembeli")
    CANCEL_ORDERS = "cancel-orders", _("Membatalkan atau mengurangi pesanan")
    HANDLE_PARCELS = "handle-parcels", _("Menerima dan menyerahkan titipan dari desa lain")
    TAKE_CASH = "take-cash", _("Menerima uang tunai dari pembeli")
    TAKE_CASH_AT_THE_DOOR = "take-cash-at-the-door", _("Menerima uang tunai waktu mengantar ke rumah pembeli")
    CONFIRM_TRANSFERS = "confirm-transfers", _("Menyatakan uang QRIS atau transfer sudah masuk")
    UNDO_PAYMENTS = "undo-payments", _("Membatalkan penerimaan uang yang salah catat")
    REFUND = "refund", _("Menerima barang kembali dan menentukan uang kembali")
    PAY_OUT_REFUNDS = "pay-out-refunds", _("Menyerahkan uang kembali kepada pembeli")
    SEE_CASH = "see-cash", _("Melihat kas dan kuitansi")
    ORDER_FOR_OTHERS = "order-for-others", _("Memesankan untuk warga desanya")
    SEE_GOODS = "see-goods", _("Melihat daftar barang toko")
    CHANGE_GOODS = "change-goods", _("Mengubah barang, harga, foto dan penitip")
    CHANGE_STOCK = "change-stock", _("Mencatat barang masuk, rusak dan hasil hitung ulang")
    CHANGE_SHOP = "change-shop", _("Mengubah jam buka, alamat dan ongkos antar toko")
    RELEASE_TRADE = "release-trade", _("Membuka toko lagi sesudah pemulihan data")
    SEE_NEWS = "see-news", _("Melihat kabar pesanan toko")
    SEE_STATEMENTS = "see-statements", _("Melihat lembar putaran desa")
    OBJECT = "object", _("Mengajukan keberatan atas lembar putaran")
    AGREE_CARRY = "agree-carry", _("Menyetujui tagihan yang boleh dibawa ke putaran berikutnya")
    SEE_STAFF = "see-staff", _("Melihat siapa yang boleh apa")
    PLAN_CASH_PAYMENTS = "plan-cash-payments", _("Merencanakan dan membatalkan penyerahan uang tunai putaran")
    CONFIRM_CASH_PAYMENTS = "confirm-cash-payments", _("Menyatakan uang tunai putaran diserahkan atau diterima")
    CHANGE_BANK_ACCOUNT = "change-bank-account", _("Mengajukan rekening bank, dan menghentikan pembayaran ke rekeningnya sendiri")
    CONFIRM_BANK_ACCOUNT = "confirm-bank-account", _("Menegaskan rekening bank yang diajukan orang lain")

    SEE_DESK = "see-desk", _("Melihat meja federasi")
    SEE_JOURNAL = "see-journal", _("Melihat jurnal, rekening buku dan jejak")
    OPERATE_CYCLES = "operate-cycles", _("Menutup buku dan membatalkan putaran")
    ANSWER_OBJECTIONS = "answer-objections", _("Menjawab keberatan desa")
    APPROVE_CYCLE = "approve-cycle", _("Menyetujui putaran")
    PAY_VILLAGES = "pay-villages", _("Merencanakan pembayaran ke desa dan membuat berkas bank")
    DECIDE_STATEMENT_LINES = "decide-statement-lines", _("Memuat rekening koran dan memutuskan barisnya")
    DECIDE_GATEWAY_MONEY = "decide-gateway-money", _("Memutuskan pembayaran dan uang kembali di gerbang yang bermasalah")
    PROPOSE_PAYOUT_ANSWERS = "propose-payout-answers", _("Mencatat jawaban tertulis gerbang tentang pembayaran ke desa")
    CONFIRM_PAYOUT_ANSWERS = "confirm-payout-answers", _("Menegaskan jawaban gerbang yang dicatat orang lain")
    PROPOSE_TAKE_OVERS = "propose-take-overs", _("Mengusulkan uang kembali yang diambil alih federasi")
    APPROVE_TAKE_OVERS = "approve-take-overs", _("Menyetujui uang kembali yang diambil alih federasi")
    PROPOSE_TRADE_RELEASES = "propose-trade-releases", _("Mengusulkan toko desa dibuka lagi kalau pengelolanya tidak ada")
    CONFIRM_TRADE_RELEASES = "confirm-trade-releases", _("Menegaskan toko desa dibuka lagi yang diusulkan orang lain")
    PROPOSE_AFTER_RESTORE = "propose-after-restore", _("Mengusulkan apa yang masuk buku sesudah pemulihan dari cadangan")
    CONFIRM_AFTER_RESTORE = "confirm-after-restore", _("Menegaskan apa yang masuk buku sesudah pemulihan dan melepas uang federasi")
    SET_LIMITS = "set-limits", _("Mengubah batas utang desa")
    SET_CARRY_LIMITS = "set-carry-limits", _("Mengubah utang yang boleh dibawa desa ke putaran berikutnya")
    DECIDE_DELIVERIES = "decide-deliveries", _("Mengirim lagi atau melewati kiriman sistem yang gagal")

    SET_TERMS = "set-terms", _("Mengubah ketentuan federasi")
    ADMIT_VILLAGES = "admit-villages", _("Menerima, menutup dan mengarsipkan desa")
    EXPORT_VILLAGES = "export-villages", _("Mengeluarkan seluruh data sebuah desa")
    APPOINT = "appoint", _("Memberi dan mengakhiri peran")
    MANAGE_ACCOUNTS = "manage-accounts", _("Mengganti kata sandi dan melepas kode sekali pakai orang lain")


P = Permission
_SELLING = frozenset({P.SEE_ORDERS, P.ACCEPT_ORDERS, P.PACK_ORDERS, P.SEND_ORDERS, P.HAND_OVER, P.CANCEL_ORDERS})
_CASH = frozenset(
    {
        P.TAKE_CASH,
        P.CONFIRM_TRANSFERS,
        P.UNDO_PAYMENTS,
        P.REFUND,
        P.PAY_OUT_REFUNDS,
        P.SEE_CASH,
        P.ORDER_FOR_OTHERS,
        P.PLAN_CASH_PAYMENTS,
        P.CONFIRM_CASH_PAYMENTS,
    }
)
_EVERYBODY_IN_A_SHOP = frozenset({P.SEE_NEWS, P.SEE_STATEMENTS})

ROLES: Mapping[str, frozenset[Permission]] = {
    Role.MANAGER: _SELLING
    | _CASH
    | _EVERYBODY_IN_A_SHOP
    | {
        P.HANDLE_PARCELS,
        P.SEE_GOODS,
        P.CHANGE_GOODS,
        P.CHANGE_STOCK,
        P.CHANGE_SHOP,
        P.RELEASE_TRADE,
        P.OBJECT,
        P.AGREE_CARRY,
        P.CHANGE_BANK_ACCOUNT,
        P.CONFIRM_BANK_ACCOUNT,
        P.SEE_STAFF,
    },
    Role.CASHIER: _SELLING | _CASH | _EVERYBODY_IN_A_SHOP | {P.HANDLE_PARCELS},
    Role.COURIER: _EVERYBODY_IN_A_SHOP | {P.SEE_ORDERS_TO_BRING, P.SEND_ORDERS, P.HAND_OVER, P.HANDLE_PARCELS, P.TAKE_CASH_AT_THE_DOOR},
    Role.SERVICE: _SELLING | _EVERYBODY_IN_A_SHOP | {P.SEE_GOODS},
    Role.OPERATOR: frozenset(
        {
            P.SEE_DESK,
            P.OPERATE_CYCLES,
            P.ANSWER_OBJECTIONS,
            P.PAY_VILLAGES,
            P.CONFIRM_CASH_PAYMENTS,
            P.PLAN_CASH_PAYMENTS,
            P.DECIDE_STATEMENT_LINES,
            P.DECIDE_GATEWAY_MONEY,
            P.PROPOSE_PAYOUT_ANSWERS,
            P.PROPOSE_TAKE_OVERS,
            P.PROPOSE_TRADE_RELEASES,
            P.PROPOSE_AFTER_RESTORE,
            P.CHANGE_BANK_ACCOUNT,
            P.SET_LIMITS,
            P.SET_CARRY_LIMITS,
            P.DECIDE_DELIVERIES,
        }
    ),
    Role.APPROVER: frozenset(
        {
            P.SEE_DESK,
            P.APPROVE_CYCLE,
            P.CONFIRM_BANK_ACCOUNT,
            P.CONFIRM_PAYOUT_ANSWERS,
            P.APPROVE_TAKE_OVERS,
            P.CONFIRM_TRADE_RELEASES,
            P.CONFIRM_AFTER_RESTORE,
        }
    ),
    Role.AUDITOR: frozenset({P.SEE_DESK, P.SEE_JOURNAL}),
    COMMAND_LINE_ROLE: frozenset({P.SET_LIMITS, P.SET_TERMS, P.ADMIT_VILLAGES, P.EXPORT_VILLAGES, P.APPOINT, P.MANAGE_ACCOUNTS}),
}

VILLAGE_ROLES: Final = (Role.MANAGER, Role.CASHIER, Role.COURIER, Role.SERVICE)  # as tables show them
FEDERATION_ROLES: Final = models.Membership.FEDERATION_ROLES

# Roles that nobody holds on the same day in the same place: what one of them makes, the other one checks.
APART: Final = (frozenset({Role.OPERATOR, Role.APPROVER}),)


class Forbidden(DomainError):
    """Nobody with the roles of this person does that here. Pages answer as if there were nothing: what is foreign does not exist."""

    kind = Kind.FORBIDDEN
    code = "not-permitted"
    sentence = gettext_noop("Ini bukan tugas Anda di sini. Minta tolong kepada yang berwenang.")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: a person with the roles of one day, or the machine's command line."""

    account_id: UUID | None  # None: nobody's account
    roles: frozenset[tuple[codes.VillageCode, str]] = frozenset()  # (village, or codes.FEDERATION; role)

    def roles_at(self, village_code: codes.VillageCode) -> frozenset[str]:
        """The roles in one place."""
        return frozenset(role for place, role in self.roles if place == village_code)


SYSTEM: Final = Principal(account_id=None)  # what the market does by itself; it holds no permission, and needs none
COMMAND_LINE: Final = Principal(account_id=None, roles=frozenset({(codes.FEDERATION, COMMAND_LINE_ROLE)}))


def principal(*, account_id: UUID, on: date) -> Principal:
    """A person with all roles that hold on a day: one statement, asked at every request."""
    holds = Q(since_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))
    with context.public():
        rows = list(models.Membership.objects.filter(holds, user_id=account_id).values_list("village_code", "role"))
    return Principal(
        account_id=account_id, roles=frozenset((codes.VillageCode(place) if place else codes.FEDERATION, role) for place, role in rows)
    )


def held(principal: Principal, village_code: codes.VillageCode) -> frozenset[Permission]:
    """Everything that the principal can do in a place (a village, or codes.FEDERATION)."""
    return frozenset().union(*(ROLES[role] for role in principal.roles_at(village_code)))


def can(principal: Principal, permission: Permission, village_code: codes.VillageCode) -> bool:
    """Whether one of the roles in this place (a village, or codes.FEDERATION) holds the permission."""
    return permission in held(principal, village_code)


def require(principal: Principal, permission: Permission, village_code: codes.VillageCode) -> None:
    """Go on only if the principal can.

    :raises Forbidden: otherwise
    """
    if not can(principal, permission, village_code):
        raise Forbidden


def require_for(principal: Principal, permission: Permission, village_code: codes.VillageCode) -> None:
    """Go on only if the principal can in a place or at the federation, whose people do this for every village.

    :raises Forbidden: otherwise
    """
    if not can(principal, permission, codes.FEDERATION):
        require(principal, permission, village_code)


def table(*, roles: tuple[str, ...]) -> list[tuple[Permission, tuple[bool, ...]]]:
    """What these roles hold: each permission that one of them has, with a yes or no for every role."""
    rows = ((permission, tuple(permission in ROLES[role] for role in roles)) for permission in Permission)
    return [(permission, held) for permission, held in rows if any(held)]
