"""One-time codes: each opens once, within a step of its time, and guessing waits longer and longer, whatever is rolled back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants import acts, models
from tenants.db import privileges
from tenants.people import second_factor
from tenants.schemas import export_village
from tests.support import factories
from tests.support.authenticator import NOON, SECOND, STEP, WHO, check, code, enrolled, wrong


def failures() -> int:
    return TOTPDevice.objects.get(user_id=WHO, confirmed=True).throttling_failure_count


def test_codes_are_those_of_the_standard(market):
    """RFC 6238, appendix B: the key 12345678901234567890 at these seconds (the last six of its eight digits)."""
    for seconds, told in ((59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")):
        at = datetime.fromtimestamp(seconds, tz=UTC)
        TOTPDevice.objects.all().delete()
        TOTPDevice.objects.create(user_id=WHO, key=b"12345678901234567890".hex(), confirmed=True)
        assert check(told, at) == "", seconds


@pytest.mark.parametrize(("steps", "outcome"), [(-2, "code-wrong"), (-1, ""), (0, ""), (1, ""), (2, "code-wrong")])
def test_a_phone_may_be_one_step_off(market, steps, outcome):
    secret = enrolled()

    assert check(code(secret, NOON, steps=steps), NOON) == outcome


def test_a_code_opens_once_and_none_before_it_any_more(market):
    secret = enrolled()

    assert check(code(secret, NOON), NOON) == ""
    assert check(code(secret, NOON), NOON + SECOND) == "code-used"
    later = NOON + STEP
    assert check(code(secret, NOON), later) == "code-used"
    assert check(code(secret, later), later + 5 * SECOND) == ""
    assert check(code(secret, NOON, steps=3), NOON + 2 * STEP) == ""  # a phone that is ahead
    assert check(code(secret, NOON, steps=2), NOON + 2 * STEP) == "code-used"


@pytest.mark.parametrize("spelling", ["{0}", " {0} ", "{1} {2}", "{1}\u00a0{2}"])
def test_spaces_do_not_matter(market, spelling):
    secret = enrolled()
    digits = code(secret, NOON)

    assert check(spelling.format(digits, digits[:3], digits[3:]), NOON) == ""


@pytest.mark.parametrize(
    "spelling", ["", "{0}0", "0{0}", "-{0}", "+{0}", "{1}_{2}", "{1}.{2}", "abcdef", "１２３４５６", "{0}\x00", "9" * 5000]
)
def test_what_is_no_code_is_wrong(market, spelling):
    secret = enrolled()
    digits = code(secret, NOON)

    assert check(spelling.format(digits, digits[:3], digits[3:]), NOON) == "code-wrong"
    assert failures() == 1


def test_after_two_wrong_codes_the_right_one_is_taken_at_once(market):
    secret = enrolled()

    assert [check(wrong(secret, NOON), NOON) for _ in range(2)] == ["code-wrong"] * 2
    assert check(code(secret, NOON), NOON) == ""


def test_from_the_third_on_the_wait_doubles_up_to_a_day_and_a_try_in_it_is_not_looked_at(market):
    secret, at = enrolled(), NOON
    assert [check(wrong(secret, at), at) for _ in range(2)] == ["code-wrong"] * 2

    for failed in range(3, 20):
        assert check(wrong(secret, at), at) == "code-wrong"
        assert failures() == failed
        wait = min(60 * 2 ** (failed - 3), 24 * 3600)
        just_before = at + timedelta(seconds=wait) - timedelta(milliseconds=1)
        assert check(code(secret, just_before), just_before) == "too-many-codes"
        assert failures() == failed
        at += timedelta(seconds=wait)

    assert check(code(secret, at), at) == ""
    assert failures() == 0
    assert check(wrong(secret, at), at + STEP) == "code-wrong"  # and from the beginning
    assert check(code(secret, at + 2 * STEP), at + 2 * STEP) == ""


def test_a_clock_that_was_ahead_for_a_moment_shuts_nobody_out(market):
    secret, ahead = enrolled(), NOON + timedelta(days=45)

    assert check(code(secret, ahead), ahead) == ""
    assert check(wrong(secret, ahead), ahead) == "code-wrong"
    assert check(code(secret, NOON), NOON) == ""
    assert check(code(secret, NOON), NOON) == "code-used"


def test_the_refusal_says_how_long_to_wait(market):
    secret = enrolled()
    TOTPDevice.objects.update(throttling_failure_count=5, throttling_failure_timestamp=NOON)  # 4 minutes

    with pytest.raises(second_factor.TooManyCodes, match="Tunggu 4 menit, sampai 2 Juni pukul 12.04, lalu"):
        second_factor.check(user_id=WHO, code=code(secret, NOON), at=NOON)
    with pytest.raises(second_factor.TooManyCodes, match="Tunggu 1 menit"):
        second_factor.check(user_id=WHO, code=code(secret, NOON), at=NOON + 200 * SECOND)


def test_the_wrong_code_that_begins_a_wait_says_so(market):
    secret = enrolled()

    assert [check(wrong(secret, NOON), NOON) for _ in range(2)] == ["code-wrong"] * 2
    with pytest.raises(second_factor.CodeWrongAgain, match="sudah 3 kali. Tunggu 1 menit, sampai 2 Juni pukul 12.01, lalu"):
        second_factor.check(user_id=WHO, code=wrong(secret, NOON), at=NOON)


def test_a_guess_counts_whatever_becomes_of_its_purpose(market):
    secret = enrolled()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        second_factor.check(user_id=WHO, code=wrong(secret, NOON), at=NOON)
    assert failures() == 0  # not even looked at: the end of that transaction would have decided

    assert check(wrong(secret, NOON), NOON) == "code-wrong"
    connections.close_all()
    assert failures() == 1


def test_a_right_code_is_used_up_though_its_purpose_fails(market):
    secret = enrolled()

    def approve() -> None:
        second_factor.check(user_id=WHO, code=code(secret, NOON), at=NOON)
        with transaction.atomic(durable=True):
            raise ValueError("the rule said no")

    with pytest.raises(ValueError, match="the rule"):
        approve()
    assert check(code(secret, NOON), NOON + SECOND) == "code-used"


def at_once(count: int, typed: str) -> list[str]:
    """The same try from as many connections at the same moment."""
    ready, found = threading.Barrier(count), []

    def go() -> None:
        try:
            connections["default"].ensure_connection()
            ready.wait(30)
            found.append(check(typed, NOON))
        except Exception as error:
            found.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_eight_guesses_at_once_are_three_guesses_and_five_that_wait(market):
    secret = enrolled()

    assert at_once(8, wrong(secret, NOON)) == [*["code-wrong"] * 3, *["too-many-codes"] * 5]
    assert failures() == 3


def test_one_code_sent_eight_times_at_once_opens_once(market):
    secret = enrolled()

    found = at_once(8, code(secret, NOON))

    assert found == ["", *["code-used"] * 3, *["too-many-codes"] * 4]


def test_a_code_is_of_one_person(market):
    mine, theirs = enrolled(), enrolled(user_id=factories.OPERATOR.id)

    assert check(code(theirs, NOON), NOON) == "code-wrong"
    assert check(code(theirs, NOON), NOON, user_id=factories.OPERATOR.id) == ""
    assert check(code(mine, NOON + STEP), NOON + STEP) == ""


def test_the_secret_is_in_no_log_and_no_export(market, caplog, tmp_path):
    caplog.set_level("DEBUG")
    who = factories.SARI.id
    shown = second_factor.enrol(user_id=who, at=NOON)
    second_factor.confirm(user_id=who, code=code(shown.secret, NOON), at=NOON)
    check(wrong(shown.secret, NOON), NOON + STEP, user_id=who)
    key = TOTPDevice.objects.get(user_id=who).key

    with market.as_owner():
        export_village.export(code=factories.CIBIRU, folder=tmp_path / "out", act=acts.by_command_line(at=NOON))

    texts = [caplog.text, repr(shown), str(list(models.ActivityEntry.objects.values()))]
    texts += [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(texts) > 10
    assert [text for text in texts for told in (key, shown.secret) if told.lower() in text.lower()] == []


def test_the_devices_stand_among_the_shared_tables_and_the_application_may_use_them(market):
    assert privileges.deviations() == []
    assert TOTPDevice._meta.db_table == "otp_totp_totpdevice"
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'otp_totp_totpdevice'")
        assert cursor.fetchall() == [("public",)]
