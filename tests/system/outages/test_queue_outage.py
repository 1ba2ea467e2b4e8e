"""The queue server dead, and stalled: what needs counting says so, all else goes on, nobody waits long, nothing old is believed after."""

# ruff: noqa: S608 - our own words
from __future__ import annotations

import json
import time
import uuid

import pytest

from deploy.embedded import processes
from tests.support import buying, factories, page_text, web

pytestmark = pytest.mark.slow

PAGE_SECONDS_MAX = 3.0
SENTENCE = "bagian sistem yang menghitung percobaan sedang terganggu"


class Watched(web.Browser):
    """A browser that notes how long its longest page took."""

    longest_seconds: float = 0.0

    def _ask(self, *words, **options):
        began = time.monotonic()
        try:
            return super()._ask(*words, **options)
        finally:
            self.longest_seconds = max(self.longest_seconds, time.monotonic() - began)


def log_in(browser, person):
    form = page_text.read(browser.get("/masuk/")).form("/masuk/")
    return page_text.send(browser, form, phone=person.phone, password=factories.PASSWORD)


def is_logged_in(browser):
    return browser.get("/desa/cibiru/kelola/").status_code == 200


@pytest.fixture(params=["dead", "stalled"])
def outage(request, queue, served):
    """Takes the queue server away, and brings it back."""

    class Outage:
        def begin(self):
            (queue.kill if request.param == "dead" else queue.stall)()

        def end(self):
            (queue.start if request.param == "dead" else queue.go_on)()
            assert processes.wait(lambda: readiness(served)["status"] == "ok", seconds=20, step=0.2)

    outage = Outage()
    yield outage
    outage.end() if not queue_answers(served) else None


def readiness(served):
    answer = web.Browser(served.port).get("/readyz")
    assert answer.status_code == 200
    return json.loads(answer.content)


def queue_answers(served):
    return readiness(served)["degraded"] == []


def test_the_market_goes_on_without_waiting(served, outage):
    member, guest = Watched(served.port), Watched(served.port)
    assert log_in(member, factories.ASEP).status_code == 302
    outage.begin()
    member.longest_seconds = 0.0
    for path in ("/", "/desa/", "/desa/cibiru/", f"/barang/{served.products[1]}/", "/masuk/", "/daftar/", "/pesanan/"):
        assert guest.get(path).status_code == 200, path
    placed = buying.order(guest, {served.products[0]: 1})
    assert placed.status_code == 302
    assert guest.get(placed["Location"]).status_code == 200
    assert is_logged_in(member)
    refused = [
        log_in(guest, factories.SARI),
        page_text.send(
            guest, page_text.read(guest.get("/daftar/")).form("/daftar/"), phone="081311112222", name="Bu Sri", password="lumbung-desa-77"
        ),
        page_text.send(guest, page_text.read(guest.get("/pesanan/")).form("/pesanan/cari/"), code="ABCD23", phone="081311112222"),
    ]
    assert [answer.status_code for answer in refused] == [503, 503, 503]
    assert all(SENTENCE in page_text.read(answer).text for answer in refused)
    found = readiness(served)
    assert (found["status"], found["missing"], found["degraded"]) == ("degraded", [], ["queue"])
    assert max(guest.longest_seconds, member.longest_seconds) < PAGE_SECONDS_MAX
    outage.end()
    # Each process finds out by itself.
    assert processes.wait(lambda: log_in(web.Browser(served.port), factories.SARI).status_code == 302, seconds=20, step=0.5)


def test_what_was_changed_meanwhile_is_not_undone_by_what_is_cached(served, outage):
    member, guest = web.Browser(served.port), web.Browser(served.port)
    assert log_in(member, factories.ASEP).status_code == 302
    former = dict(member.cookies)
    for _ in range(8):  # every process has asked, and knows the page and the session
        assert is_logged_in(member)
        assert guest.get("/").status_code == 200
    outage.begin()
    out = page_text.send(member, page_text.read(member.get("/")).form("/keluar/"))
    assert out.status_code == 302
    name = f"Barang baru {uuid.uuid4().hex[:8]}"
    with_new_name = f"UPDATE federation_listing SET name = '{name}' WHERE id = '{served.products[1]}' RETURNING id"
    assert len(served.rows(with_new_name)) == 1
    outage.end()
    for _ in range(8):
        assert not is_logged_in(web.Browser(served.port, dict(former)))
        assert name in page_text.read(guest.get("/")).text


def test_after_three_restarts_of_the_broker_a_task_runs(served, queue):
    for _ in range(3):
        queue.kill()
        queue.start()
        time.sleep(1)
    event = "INSERT INTO tenants_event (id, kind, subject_id, village_code, payload, happened_at, recorded_at)"
    event += f" VALUES ('{uuid.uuid4()}', 'order.ready', '{uuid.uuid4()}', '', '{{}}', now(), now()) RETURNING id"
    (row,) = served.rows(event)
    asked = f"SELECT count(*)::text FROM tenants_event WHERE id = '{row[0]}' AND fanned_out_at IS NOT NULL"
    assert processes.wait(lambda: served.rows(asked) == [("1",)], seconds=180, step=1), served.said()
