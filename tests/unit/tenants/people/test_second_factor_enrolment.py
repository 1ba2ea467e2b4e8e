"""A device comes into force by its first code; it is replaced and removed by a code of its own, or from the machine."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants import acts, models
from tenants.people import second_factor
from tests.support import factories
from tests.support.authenticator import NOON, SECOND, STEP, WHO, check, code, enrolled, wrong


def test_a_device_counts_once_its_first_code_came(market):
    shown = second_factor.enrol(user_id=WHO, at=NOON)

    assert second_factor.active(user_id=WHO) is None
    assert check(code(shown.secret, NOON), NOON) == "no-second-factor"
    second_factor.confirm(user_id=WHO, code=code(shown.secret, NOON), at=NOON)

    assert second_factor.active(user_id=WHO) == second_factor.Factor(since_at=NOON, last_used_at=NOON)
    assert second_factor.pending(user_id=WHO, at=NOON) is None
    assert check(code(shown.secret, NOON), NOON) == "code-used"  # the first code opened this, and nothing more
    [entry] = models.ActivityEntry.objects.filter(action__startswith="factor.")
    assert (entry.action, entry.subject_id, entry.by, entry.detail) == ("factor.enrolled", str(WHO), WHO, {})


def test_what_is_shown_is_one_key_in_three_forms(market):
    shown = second_factor.enrol(user_id=WHO, at=NOON)

    link = urlsplit(shown.uri)
    asked = {name: values[0] for name, values in parse_qs(link.query).items()}

    assert (link.scheme, link.netloc, unquote(link.path)) == ("otpauth", "totp", f"/Pasarsama:{factories.APPROVER.phone}")
    assert asked == {"secret": shown.secret, "algorithm": "SHA1", "digits": "6", "period": "30", "issuer": "Pasarsama"}
    assert len(base64.b32decode(shown.secret)) == 20
    assert shown.svg.startswith("<svg ")
    assert "style=" not in shown.svg
    assert "<script" not in shown.svg
    assert second_factor.pending(user_id=WHO, at=NOON + STEP) == shown  # a page that is loaded again shows the same


def test_replacing_needs_a_code_of_the_old_device_and_leaves_it_in_force_until_the_new_one_answers(market):
    old = enrolled()
    with pytest.raises(second_factor.CodeWrong):
        second_factor.enrol(user_id=WHO, at=NOON)
    with pytest.raises(second_factor.CodeWrong):
        second_factor.enrol(user_id=WHO, code=wrong(old, NOON), at=NOON + SECOND)
    assert second_factor.pending(user_id=WHO, at=NOON) is None

    later = NOON + STEP
    new = second_factor.enrol(user_id=WHO, code=code(old, later), at=later).secret
    assert check(code(old, later + STEP), later + STEP) == ""
    assert check(code(new, later + STEP), later + STEP) == "code-wrong"
    second_factor.confirm(user_id=WHO, code=code(new, later + 2 * STEP), at=later + 2 * STEP)

    after = later + 4 * STEP
    assert check(code(old, after), after) == "code-wrong"
    assert check(code(new, after + STEP), after + STEP) == ""
    assert TOTPDevice.objects.filter(user_id=WHO).count() == 1
    assert models.ActivityEntry.objects.filter(action="factor.replaced", subject_id=str(WHO)).count() == 1


def test_a_key_that_was_shown_is_good_for_a_quarter_of_an_hour(market):
    shown = second_factor.enrol(user_id=WHO, at=NOON)
    late = NOON + timedelta(minutes=second_factor.ENROLMENT_MINUTES_MAX)

    assert second_factor.pending(user_id=WHO, at=late) is None
    with pytest.raises(second_factor.EnrolmentOver):
        second_factor.confirm(user_id=WHO, code=code(shown.secret, late), at=late)
    with pytest.raises(second_factor.EnrolmentOver):
        second_factor.confirm(user_id=factories.AUDITOR.id, code="123456", at=NOON)
    assert second_factor.active(user_id=WHO) is None


def test_a_new_key_ends_the_one_that_was_shown_before(market):
    first = second_factor.enrol(user_id=WHO, at=NOON)
    second = second_factor.enrol(user_id=WHO, at=NOON)

    assert first.secret != second.secret
    with pytest.raises(second_factor.CodeWrong):
        second_factor.confirm(user_id=WHO, code=code(first.secret, NOON), at=NOON)
    second_factor.confirm(user_id=WHO, code=code(second.secret, NOON + SECOND), at=NOON + SECOND)


def test_guesses_at_a_new_key_wait_too(market):
    shown = second_factor.enrol(user_id=WHO, at=NOON)

    for _ in range(second_factor.FREE_TRIES):
        with pytest.raises(second_factor.CodeWrong):
            second_factor.confirm(user_id=WHO, code=wrong(shown.secret, NOON), at=NOON)
    with pytest.raises(second_factor.TooManyCodes):
        second_factor.confirm(user_id=WHO, code=code(shown.secret, NOON), at=NOON)


def test_removing_needs_a_code_and_a_lost_phone_needs_the_machine(market):
    secret = enrolled()
    with pytest.raises(second_factor.CodeWrong):
        second_factor.remove(user_id=WHO, code=wrong(secret, NOON), at=NOON)
    second_factor.remove(user_id=WHO, code=code(secret, NOON + STEP), at=NOON + STEP)
    assert check(code(secret, NOON + 2 * STEP), NOON + 2 * STEP) == "no-second-factor"
    with pytest.raises(second_factor.NoFactor):
        second_factor.remove(user_id=WHO, code="123456", at=NOON)
    with pytest.raises(second_factor.NoFactor):
        second_factor.reset(user_id=WHO, act=acts.by_command_line(at=NOON))

    enrolled(at=NOON)
    second_factor.reset(user_id=WHO, act=acts.by_command_line(at=NOON, reason=" HP hilang "))
    assert second_factor.active(user_id=WHO) is None
    entries = models.ActivityEntry.objects.filter(action__in=["factor.removed", "factor.reset"]).order_by("action")
    assert list(entries.values_list("action", "by", "reason")) == [("factor.removed", WHO, ""), ("factor.reset", None, "HP hilang")]
