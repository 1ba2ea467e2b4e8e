"""A form that is not believed says what the browser left out, and the way on; "open it again" only where that helps."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support import page_text

TOO_OLD = "sudah lama terbuka"


def _basket_form(client: Client, goods, **options) -> tuple[str, dict[str, str]]:
    form = page_text.read(client.get(f"/barang/{goods.chips}/", **options)).form("/keranjang/tambah/")
    return form.action, dict(form.values)


def test_without_cookies_it_says_so(visitor, stocked):
    path, values = _basket_form(visitor, stocked)
    answer = Client(enforce_csrf_checks=True).post(path, values)

    said = page_text.read(answer).text
    assert answer.status_code == 403
    assert "tidak menyimpan cookie" in said
    assert "Buka di Chrome" in said
    assert TOO_OLD not in said


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "Origin dan Referer"),
        ({"Origin": "null"}, "datang dari halaman lain"),
        ({"Origin": "https://elsewhere.example"}, "datang dari halaman lain"),
        ({"Referer": "https://elsewhere.example/"}, "datang dari halaman lain"),
        ({"Referer": "http://testserver/"}, "datang dari halaman lain"),
        ({"Referer": "nonsense"}, "datang dari halaman lain"),
    ],
)
def test_over_tls_it_says_which_word_of_the_browser_is_missing(visitor, stocked, headers, words):
    path, values = _basket_form(visitor, stocked, secure=True)
    answer = visitor.post(path, values, secure=True, headers=headers)

    said = page_text.read(answer).text
    assert answer.status_code == 403
    assert words in said
    assert "Chrome" in said
    assert TOO_OLD not in said


def test_a_form_from_before_a_login_is_opened_again(visitor, stocked):
    path, values = _basket_form(visitor, stocked)
    values["csrfmiddlewaretoken"] = "x" * 64
    answer = visitor.post(path, values, headers={"Referer": f"http://testserver/barang/{stocked.chips}/"})

    page = page_text.read(answer)
    assert answer.status_code == 403
    assert TOO_OLD in page.text
    assert "Buka lagi" in page.text
