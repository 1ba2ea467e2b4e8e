"""Whoever reads the logs opens nobody's purchase."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client

from deploy.logs import formatters

TOKEN = "Zx81kQ_secret-secret-secret-4711"
FORMATS = [formatters.JsonFormatter(), formatters.LineFormatter()]


@pytest.mark.parametrize("how", FORMATS)
def test_no_line_of_django_holds_a_buyers_link(market, static_files, caplog, how):
    browser = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.DEBUG):
        answers = [
            browser.get(f"/pesanan/{TOKEN}/").status_code,
            browser.post(f"/pesanan/{TOKEN}/").status_code,
            Client().put(f"/pesanan/{TOKEN}/").status_code,
        ]
    assert answers == [404, 403, 405]
    lines = [how.format(record) for record in caplog.records]
    assert TOKEN in caplog.text  # Django does write it
    assert sum("/pesanan/…/" in line for line in lines) >= 3
    assert TOKEN not in "".join(lines)


@pytest.mark.parametrize("how", FORMATS)
def test_an_error_keeps_its_traceback_without_the_link(how):
    try:
        raise RuntimeError(f"no answer for https://pasar.example/pesanan/{TOKEN}?x=1")
    except RuntimeError as error:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/",), None)
        record.exc_info = (RuntimeError, error, error.__traceback__)
    line = how.format(record)
    assert "Traceback" in line
    assert "RuntimeError: no answer for" in line
    assert TOKEN not in line


@pytest.mark.parametrize("how", FORMATS)
def test_keys_by_which_a_purchase_is_looked_at_are_left_out_too(how):
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "GET /pesanan/lihat/key-1:a:b/ /pesanan/kembali/key-2:a:b/", (), None)
    line = how.format(record)
    assert "/pesanan/…/" in line
    assert "key-" not in line


def test_a_line_stays_readable_where_no_secret_is():
    said = "GET /pesanan/<str:token>/ /pesanan/cari/ /kelola/pesanan/0199a2b4/"
    record = logging.LogRecord("x", logging.INFO, __file__, 1, said, (), None)
    assert json.loads(FORMATS[0].format(record))["message"] == said
