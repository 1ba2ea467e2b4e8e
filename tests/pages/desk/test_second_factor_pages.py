"""The desk's page of one-time codes: set up by the picture or the key, replaced and removed by a code, for the federation's people."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from deploy.demo import one_time_codes
from tenants import models
from tenants.people import second_factor
from tests.support import authenticator, desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/kode/"
ENROL, CONFIRM, REPLACE, REMOVE = (f"{PATH}{action}/" for action in ("pasang", "aktifkan", "ganti", "lepas"))
ENDANG = factories.APPROVER


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time of day at the desk, as its pages read it; a test moves it on."""
    now = [authenticator.NOON]
    monkeypatch.setattr("federation.pages.desk.second_factor_pages.timezone.now", lambda: now[0])
    return now


def key_of(page: HttpResponse) -> str:
    """The key that stands on the page to be typed."""
    [said] = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.content.decode())
    return said.replace(" ", "")


def press(url: str, **typed: str) -> HttpResponse:
    """Fill in and send the form that goes to `url`: on the first page, or on a page of its own."""
    page = url if url in (REPLACE, REMOVE) else PATH
    return desks.press(desks.browser(ENDANG), page, "" if page == url else url, **typed)


def test_an_approver_sets_the_codes_up_and_the_desk_stops_asking(clock) -> None:
    client = desks.browser(ENDANG)
    assert "Kode sekali pakai Anda belum dipasang. Tanpa kode itu" in desks.text(client.get("/federasi/"))

    begun = press(ENROL)
    shown = client.get(PATH)
    secret = key_of(shown)
    assert (begun.status_code, begun["Location"]) == (303, PATH)
    assert secret == key_of(client.get(PATH))  # loaded again it is the same

    wrong = press(CONFIRM, code=authenticator.wrong(secret, clock[0]))
    assert wrong.status_code == 422
    assert "Kodenya tidak cocok" in desks.text(wrong)
    assert key_of(wrong) == secret
    clock[0] += timedelta(seconds=2)
    done = press(CONFIRM, code=authenticator.code(secret, clock[0]))

    page = client.get(done["Location"])
    assert "Kode sekali pakai sudah aktif" in desks.text(page)
    assert "<svg" not in page.content.decode()
    assert secret not in page.content.decode()
    said = desks.text(client.get("/federasi/"))
    assert "belum dipasang" not in said
    assert "Kode sekali pakai Anda: aktif" in said


def test_the_picture_is_drawn_here_and_obeys_the_pages_policy() -> None:
    press(ENROL)

    answer = desks.browser(ENDANG).get(PATH)
    page = page_text.read(answer)

    assert "no-store" in answer["Cache-Control"]
    assert [tag for tag, has in page.tags if "style" in has or tag in ("script", "style", "img", "iframe")] == []
    assert [tag for tag, _has in page.tags].count("svg") == 1
    assert [has["aria-label"] for tag, has in page.tags if has.get("role") == "img"] == ["Gambar QR berisi kunci di bawah ini"]
    [link] = [link for link in page.links if link.startswith("otpauth://totp/Pasarsama")]
    assert f"secret={key_of(answer)}" in link


def test_a_tap_too_many_shows_the_same(clock) -> None:
    press(ENROL)
    client = desks.browser(ENDANG)
    form = desks.filled(client, PATH, CONFIRM)
    typed = authenticator.code(key_of(client.get(PATH)), clock[0])

    assert page_text.send(client, form, code=typed).status_code == 303
    again = page_text.send(client, form, code=typed)

    assert (again.status_code, again["Location"]) == (303, PATH)
    clock[0] += timedelta(minutes=20)
    late = page_text.send(client, form, code=typed)
    assert late.status_code == 409
    assert "lewat waktunya" in desks.text(late)


def test_a_phone_is_replaced_by_a_code_of_the_old_one(clock) -> None:
    old = authenticator.enrolled()
    client = desks.browser(ENDANG)

    refused = press(REPLACE, code=authenticator.wrong(old, clock[0]))
    assert refused.status_code == 422
    assert "Kodenya tidak cocok" in desks.text(refused)
    assert "<svg" not in refused.content.decode()
    assert desks.text(press(REPLACE, code="")).count("Isi kode enam angka dari aplikasi") == 1

    clock[0] += authenticator.STEP
    assert press(REPLACE, code=authenticator.code(old, clock[0])).status_code == 303
    new = key_of(client.get(PATH))
    assert new != old
    clock[0] += authenticator.STEP
    assert authenticator.check(authenticator.code(old, clock[0]), clock[0]) == ""
    assert press(CONFIRM, code=authenticator.code(new, clock[0])).status_code == 303
    assert second_factor.active(user_id=ENDANG.id) == second_factor.Factor(clock[0] - authenticator.STEP, clock[0])


def test_codes_are_removed_by_a_code_and_guessing_waits(clock) -> None:
    secret = authenticator.enrolled()

    for _ in range(3):
        wrong = press(REMOVE, code=authenticator.wrong(secret, clock[0]))
        assert wrong.status_code == 422
    assert "sudah 3 kali. Tunggu 1 menit, sampai" in desks.text(wrong)
    waiting = press(REMOVE, code=authenticator.code(secret, clock[0]))
    assert waiting.status_code == 429
    assert "Tunggu 1 menit" in desks.text(waiting)

    clock[0] += timedelta(minutes=1)
    done = press(REMOVE, code=authenticator.code(secret, clock[0]))
    assert "sudah dilepas" in desks.text(desks.browser(ENDANG).get(done["Location"]))
    assert second_factor.active(user_id=ENDANG.id) is None


@pytest.mark.parametrize("person", [factories.OPERATOR, factories.AUDITOR], ids=lambda person: person.role)
def test_every_role_of_the_desk_has_the_page_and_only_an_approver_is_urged(person) -> None:
    client = desks.browser(person)

    assert client.get(PATH).status_code == 200
    said = desks.text(client.get("/federasi/"))
    assert "Tanpa kode itu Anda belum bisa menyetujui" not in said
    assert "Kode sekali pakai Anda: belum dipasang" in said


@pytest.mark.parametrize("person", [factories.RATNA, factories.WULAN], ids=lambda person: person.role or "buyer")
def test_the_page_is_for_the_federations_people_alone(person) -> None:
    client = desks.browser(person)

    assert client.get(PATH).status_code == 404
    for url in (ENROL, CONFIRM, REPLACE, REMOVE):
        assert client.post(url, {"code": "123456"}).status_code == 404
    assert models.ActivityEntry.objects.filter(action__startswith="factor.").count() == 0


def test_a_role_that_has_ended_ends_the_page() -> None:
    client = desks.browser(ENDANG)
    assert client.get(PATH).status_code == 200

    models.Membership.objects.filter(user_id=ENDANG.id).update(until_on=timezone.localdate(authenticator.NOON) - timedelta(days=1))

    assert client.get(PATH).status_code == 404


def test_a_stale_button_guesses_no_code() -> None:
    client = desks.browser(ENDANG)
    stale = desks.filled(client, PATH, ENROL)
    authenticator.enrolled()

    answer = page_text.send(client, stale)

    assert (answer.status_code, answer["Location"]) == (303, REPLACE)
    device = TOTPDevice.objects.get(user_id=ENDANG.id)
    assert (device.confirmed, device.throttling_failure_count) == (True, 0)


def test_without_codes_there_is_nothing_to_replace_or_remove() -> None:
    client = desks.browser(ENDANG)
    for url in (REPLACE, REMOVE):
        assert client.get(url)["Location"] == PATH
    assert client.post(PATH, {"code": "123456"}).status_code == 405


def test_the_demonstration_reads_the_codes_off_its_own_phone() -> None:
    at = authenticator.NOON
    with pytest.raises(second_factor.NoFactor):
        one_time_codes.current_code(user_id=ENDANG.id, at=at)

    one_time_codes.set_up(user_id=ENDANG.id, at=at - timedelta(minutes=5))
    one_time_codes.set_up(user_id=ENDANG.id, at=at)

    second_factor.check(user_id=ENDANG.id, code=one_time_codes.current_code(user_id=ENDANG.id, at=at), at=at)
    assert models.ActivityEntry.objects.filter(action="factor.enrolled").count() == 1
    assert one_time_codes.changes_at(at=at) == one_time_codes.changes_at(at=at + timedelta(seconds=29)) == at + authenticator.STEP
