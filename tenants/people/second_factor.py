"""The second factor: one-time codes (TOTP, RFC 6238) out of an app on the person's phone, asked for where a password alone is too little.

The devices are django-otp's rows: its keys, its last used step, its count of failures. The clock is passed in here, so its TOTP is asked
for the step of that instant, and the wait after failures, which is ours, is held against it.

A guess must count even if what it was to allow is rolled back, and two guesses at once must be two. So every verb here is a
transaction of its own (durable: it refuses to run inside another), works on the locked row of the person, and raises only after the
commit. Ask `check` before the use case that it guards, never within its transaction.
"""

from __future__ import annotations

import base64
import dataclasses
import math
import uuid
from datetime import UTC, datetime, timedelta

import segno
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop
from django_otp import oath
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants import activity_log, models, texts, withdrawals
from tenants.acts import Act
from tenants.clock import APART_MAX
from tenants.codes import FEDERATION
from tenants.db import context
from tenants.errors import DomainError, Kind
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

CODE_DIGITS = 6
STEP_SECONDS = 30
DRIFT_STEPS_MAX = 1  # a phone's clock may be this far off, either way
FREE_TRIES = 3  # slips of the finger, and a code that ran out while it was typed
FIRST_WAIT_SECONDS = 60
WAIT_SECONDS_MAX = 24 * 3600  # the wait doubles up to a day: a guesser has one try a day, and nobody is shut out for ever
ENROLMENT_MINUTES_MAX = 15  # after it a key that was shown and never confirmed is good for nothing
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class NoFactor(DomainError):
    """The person has no device that gives codes."""

    kind = Kind.CONFLICT
    code = "no-second-factor"
    sentence = gettext_noop("Kode sekali pakai Anda belum dipasang. Pasang dulu di meja federasi, lalu coba lagi.")


class CodeWrong(DomainError):
    """The code is not the device's of this moment."""

    kind = Kind.INVALID
    code = "code-wrong"
    sentence = gettext_noop("Kodenya tidak cocok. Isi enam angka yang sekarang tampil di aplikasi kode Anda.")


class CodeWrongAgain(CodeWrong):
    """The code is wrong, and it was not the first: from here on the next one waits."""

    sentence = gettext_noop(
        "Kodenya tidak cocok, sudah %(failed)s kali. Tunggu %(minutes)s menit, sampai %(until)s, lalu isi kode yang baru."
    )


class CodeUsed(DomainError):
    """The code is right, but it, or a later one, was used before."""

    kind = Kind.INVALID
    code = "code-used"
    sentence = gettext_noop("Kode ini sudah dipakai. Tunggu kode berikutnya di aplikasi, paling lama setengah menit, lalu isi yang baru.")


class TooManyCodes(DomainError):
    """Codes were wrong shortly before; this one was not even looked at."""

    kind = Kind.LIMIT
    code = "too-many-codes"
    sentence = gettext_noop("Kodenya beberapa kali salah. Tunggu %(minutes)s menit, sampai %(until)s, lalu isi kode yang baru.")


class EnrolmentOver(DomainError):
    """There is no key to be confirmed, or it was shown too long ago."""

    kind = Kind.CONFLICT
    code = "enrolment-over"
    sentence = gettext_noop("Pemasangan ini sudah lewat waktunya. Mulai lagi, lalu pindai gambarnya yang baru.")


@dataclasses.dataclass(frozen=True, repr=False)  # a secret is never printed
class Enrolment:
    """A key that waits for its first code: as a link, as text (base32) to type, as a picture (inline SVG) to scan."""

    uri: str
    secret: str
    svg: str


@dataclasses.dataclass(frozen=True)
class Factor:
    """A device in force: when its key was made, and when one of its codes was last taken."""

    since_at: datetime
    last_used_at: datetime | None


@dataclasses.dataclass(frozen=True)
class Checked:
    """Proof that a person's one-time code was taken at this moment. `check` makes it; what needs a code asks for it."""

    user_id: uuid.UUID
    at: datetime


def active(*, user_id: uuid.UUID) -> Factor | None:
    """The person's device in force; None if there is none."""
    with context.public():
        row = TOTPDevice.objects.filter(user_id=user_id, confirmed=True).values_list("created_at", "last_used_at").first()
        return Factor(*row) if row else None


def enrol(*, user_id: uuid.UUID, at: datetime, code: str = "") -> Enrolment:
    """Make a new key and show it; it gives valid codes only once it is confirmed. A device in force stays until then.

    :raises CodeWrong, CodeUsed, TooManyCodes: where a device is in force, if `code` is not its valid one
    """
    with context.public(), transaction.atomic(durable=True):
        user = _locked(user_id)
        old = _device(user, confirmed=True)
        refusal = _try(old, code, at) if old else None
        if refusal is None:
            TOTPDevice.objects.filter(user=user, confirmed=False).delete()
            device = TOTPDevice(user=user, name="", confirmed=False, step=STEP_SECONDS, digits=CODE_DIGITS, tolerance=DRIFT_STEPS_MAX)
            device.save(force_insert=True)
            TOTPDevice.objects.filter(pk=device.pk).update(created_at=at)  # the row's own default reads another clock
    if refusal is not None:
        raise refusal
    return _enrolment(device)


def pending(*, user_id: uuid.UUID, at: datetime) -> Enrolment | None:
    """The key that still waits for its first code; None if there is none, or it was shown too long ago."""
    with context.public():
        device = TOTPDevice.objects.select_related("user").filter(_fresh(at), user_id=user_id, confirmed=False).first()
        return _enrolment(device) if device else None


def confirm(*, user_id: uuid.UUID, code: str, at: datetime) -> None:
    """Put the new key in force by its first code; the device before it, if any, goes. The code counts as used.

    :raises EnrolmentOver: if no key waits, or it was shown too long ago
    :raises CodeWrong, CodeUsed, TooManyCodes: as in `check`
    """
    with context.public(), transaction.atomic(durable=True):
        user = _locked(user_id)
        device = TOTPDevice.objects.filter(_fresh(at), user=user, confirmed=False).first()
        refusal = _try(device, code, at) if device else EnrolmentOver()
        if refusal is None:
            replaced, _ = TOTPDevice.objects.filter(user=user, confirmed=True).delete()
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            activity_log.record(
                action="factor.replaced" if replaced else "factor.enrolled",
                subject_id=user_id,
                act=Act(by=Principal(account_id=user_id), at=at),
            )
    if refusal is not None:
        raise refusal


def check(*, user_id: uuid.UUID, code: str, at: datetime) -> Checked:
    """Take the person's one-time code; it is used up then, whatever becomes of what it was for. Spaces in it do not matter.

    :raises NoFactor: if no device is in force
    :raises CodeWrong: if it is not the code of this moment, nor of the step before or after it
    :raises CodeUsed: if this code, or a later one, was taken before
    :raises TooManyCodes: within 1, 2, 4, ... minutes (at most a day) of the third and each further failure in a row; such a try is not
        looked at
    :raises RuntimeError: inside an open transaction, whose end would decide whether the guess counts
    """
    with context.public(), transaction.atomic(durable=True):
        refusal = _try(_device(_locked(user_id), confirmed=True), code, at)
    if refusal is not None:
        raise refusal
    return Checked(user_id=user_id, at=at)


def remove(*, user_id: uuid.UUID, code: str, at: datetime) -> None:
    """Take the person's device out of force, by one of its own codes.

    :raises NoFactor, CodeWrong, CodeUsed, TooManyCodes: as in `check`
    """
    with context.public(), transaction.atomic(durable=True):
        user = _locked(user_id)
        refusal = _try(_device(user, confirmed=True), code, at)
        if refusal is None:
            TOTPDevice.objects.filter(user=user).delete()
            activity_log.record(action="factor.removed", subject_id=user_id, act=Act(by=Principal(account_id=user_id), at=at))
    if refusal is not None:
        raise refusal


def reset(*, user_id: uuid.UUID, act: Act) -> None:
    """Take a device out of force without its code: the phone is lost. For whoever runs the machine, never for a page.

    :raises NoFactor: if no device is in force
    :raises reasons.TooLong: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` manages others' accounts
    """
    permissions.require(act.by, Permission.MANAGE_ACCOUNTS, FEDERATION)
    act = act.with_kept_reason()
    with context.public(), transaction.atomic(durable=True):
        user = _locked(user_id)
        if _device(user, confirmed=True) is None:
            raise NoFactor
        TOTPDevice.objects.filter(user=user).delete()
        activity_log.record(action="factor.reset", subject_id=user_id, act=act)
        withdrawals.note(what=withdrawals.What.SECOND_FACTOR, at=act.at, user=str(user_id))


def _locked(user_id: uuid.UUID) -> models.User:
    """The person's row, on which all that is done to their devices waits in line."""
    return models.User.objects.select_for_update(no_key=True).get(pk=user_id)


def _device(user: models.User, *, confirmed: bool) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=confirmed).first()


def _fresh(at: datetime) -> Q:
    return Q(created_at__gt=at - timedelta(minutes=ENROLMENT_MINUTES_MAX))


def _try(device: TOTPDevice | None, code: str, at: datetime) -> DomainError | None:
    """Try a code on a device whose person is locked, and write down what became of it; what to refuse with, None if it is right."""
    if device is None:
        return NoFactor()
    if (until := _waits_until(device, at)) > at:
        return TooManyCodes(minutes=_minutes(until - at), until=until)
    clock = oath.TOTP(device.bin_key, device.step, device.t0, device.digits)
    clock.time = at.timestamp()
    typed = "".join(texts.without_marks(code).split())
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == device.digits else -1
    # A step that is still to come was used by a clock that has been set back since: nothing is known then.
    used = device.last_t if device.last_t <= clock.t() + device.tolerance else -1
    right = clock.verify(number, tolerance=device.tolerance, min_t=used + 1)
    if right:
        device.last_t = clock.t()
        device.throttling_failure_count, device.throttling_failure_timestamp = 0, None
        device.last_used_at = at
    else:
        device.throttling_failure_count += 1
        device.throttling_failure_timestamp = at
    device.save(update_fields=["last_t", "throttling_failure_count", "throttling_failure_timestamp", "last_used_at"])
    if right:
        return None
    if clock.verify(number, tolerance=device.tolerance):
        return CodeUsed()
    until = _waits_until(device, at)
    return CodeWrongAgain(failed=device.throttling_failure_count, minutes=_minutes(until - at), until=until) if until > at else CodeWrong()


def _waits_until(device: TOTPDevice, at: datetime) -> datetime:
    """When a code is looked at again: 2^(n−3) minutes after the n-th failure in a row; before the third at once."""
    failures: int = device.throttling_failure_count
    failed_at: datetime | None = device.throttling_failure_timestamp
    if (
        failures < FREE_TRIES or failed_at is None or failed_at > at + APART_MAX
    ):  # the last: written by a clock that has been set back since
        return LONG_AGO
    return failed_at + timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** (failures - FREE_TRIES), WAIT_SECONDS_MAX))


def _minutes(wait: timedelta) -> int:
    return math.ceil(wait.total_seconds() / 60)


def _enrolment(device: TOTPDevice) -> Enrolment:
    """A key for the person's eyes. Medium correction, so that a scratched screen still scans."""
    picture = segno.make(device.config_url, error="m", micro=False)
    return Enrolment(
        uri=device.config_url,
        secret=base64.b32encode(device.bin_key).decode().rstrip("="),
        svg=picture.svg_inline(scale=5, border=4, light="#fff"),
    )
