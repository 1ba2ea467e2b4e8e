"""Whoever reads the logs opens nobody's purchase."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import time
from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory

from deploy.console import screen
from deploy.logs import formatters, plain_lines
from marketplace.pages.buying import urls as buying_urls
from tenants.http import log_context

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


FORGED = "x\n12:00:00 INFO pasarsama.request: POST /masuk/ 302\r\x1b[2K\u2028\u202e"


@pytest.mark.parametrize("how", FORMATS)
def test_what_a_visitor_wrote_ends_no_line(how):
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Bad host %s", (FORGED,), None)
        record.exc_info = (ValueError, error, error.__traceback__)
    written = how.format(record)
    assert "x\\n12:00:00" in written.replace("\\\\", "\\")
    assert not any(character in written for character in "\r\x1b\u2028\u202e")
    lines = written.splitlines()
    assert [line for line in lines[1:] if not line.startswith("  ")] == []
    if isinstance(how, formatters.JsonFormatter):
        assert len(lines) == 1


@pytest.mark.parametrize("how", FORMATS)
def test_words_written_right_to_left_move_no_figure_beside_them(how):
    """An amount after such a word would be shown before it; two words of one writer stay together."""
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "Iuran %s 5000 / %s 7\u200f8", ("بازار دسا", "שוק"), None)
    line = how.format(record)
    assert "Iuran \u2068بازار دسا\u2069 5000 / \u2068שוק\u2069 7" in line
    assert "\u200f" not in line
    assert plain_lines.harmless("Pesanan é 5000 …") == "Pesanan é 5000 …"


def test_processes_without_django_and_the_supervisor_forge_no_line_either(capsys, monkeypatch):
    record = logging.LogRecord("_granian", logging.ERROR, __file__, 1, FORGED, (), None)
    assert "\u202e" not in json.loads(plain_lines.Formatter().format(record))["message"]
    for mode in ("local", "production"):
        monkeypatch.setenv("PASARSAMA_MODE", mode)
        screen.report(FORGED)
        assert len(capsys.readouterr().err.splitlines()) == 1


@contextlib.contextmanager
def written(how: logging.Formatter) -> Iterator[io.StringIO]:
    """What a handler with this formatter writes meanwhile, while each request is still known."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(how)
    logging.getLogger().addHandler(handler)
    try:
        yield handler.stream
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("how", FORMATS)
def test_an_error_says_nothing_that_a_visitor_said_in_confidence(market, static_files, caplog, monkeypatch, how):
    """A look key, a code, a phone number and a password: not by Django's lines, by ours in between, nor in the error's text."""
    key, phone, password = "key-1:Zx81kQ:secretsecret", "081234567890", "rahasia-sekali"

    def break_down(request, **captured):
        logging.getLogger("x").warning("looked at %s for %s", captured["key"], phone)
        raise RuntimeError(f"no row for {captured}, {request.GET}, {request.POST}, {request.COOKIES}, +62 812-3456-7890")

    pattern = next(one for one in buying_urls.urlpatterns if one.name == "purchase-view")
    monkeypatch.setattr(pattern, "callback", break_down)
    browser = Client(raise_request_exception=False, headers={"cookie": "basket=abcdefgh12345678"})
    with caplog.at_level(logging.INFO), written(how) as file:
        answer = browser.post(f"/pesanan/lihat/{key}/?hp={phone}&kode=AB12CD34", {"phone": phone, "password": password})
    assert answer.status_code == 500
    lines = file.getvalue()
    assert "RuntimeError: no row for" in lines
    for secret in (key, phone, password, "AB12CD34", "3456-7890", "abcdefgh12345678"):
        assert secret in caplog.text
        assert secret not in lines, secret


@pytest.mark.parametrize("how", FORMATS)
def test_no_row_that_a_database_complains_of_is_written(how):
    complaint = 'duplicate key value violates "people_name_key"\nDETAIL:  Key (name, token)=(Bu Wati, Zx81kQ) already exists.'
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, complaint, (), None)
    line = how.format(record)
    assert "Key (name, token)=(…) already exists" in line


def test_an_address_that_nothing_here_has_is_not_written_down(market, static_files, caplog):
    with caplog.at_level(logging.INFO), written(FORMATS[0]) as objects, written(FORMATS[1]) as lines:
        Client().get("/0123456789abcdef-rahasia/")
        Client().get("/pesanan0123456789abcdef")
    assert "0123456789abcdef" in caplog.text
    assert "Not Found: /…" in objects.getvalue()
    assert "0123456789abcdef" not in objects.getvalue() + lines.getvalue()


def _form(**fields: str):
    request = RequestFactory().post("/masuk/")
    request._post = QueryDict(mutable=True)
    request._post.update(fields)
    return request


def _record(said: str, request=None, error: Exception | None = None) -> logging.LogRecord:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, said, (), None)
    record.request = request
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
    return record


@pytest.mark.parametrize("how", FORMATS)
def test_a_form_of_many_mb_costs_a_line_nothing(how):
    text = "ü" * 6_000_000
    record = _record("Internal Server Error", _form(text=text), ValueError("\n".join(["no"] * 20)))
    began = time.process_time()
    line = how.format(record)
    assert time.process_time() - began < 0.5
    assert "ValueError: no" in line


@pytest.mark.parametrize("how", FORMATS)
def test_secrets_are_gathered_once_a_record(monkeypatch, how):
    gathered = []
    monkeypatch.setattr(formatters.log_context, "secrets", lambda request: gathered.append(request) or log_context.Secrets())
    how.format(_record("no", error=ValueError("\n".join(["no"] * 20))))
    assert len(gathered) == 1


@pytest.mark.parametrize("how", FORMATS)
@pytest.mark.parametrize("before", [0, 1_700, 1_900, 1_999, 2_000])
def test_a_long_line_is_cut_and_no_secret_shows_at_the_cut(how, before):
    """Short ones stand before, so that what is hidden makes room for what comes after."""
    letters = "".join(chr(ord("a") + number % 26) for number in range(400))
    words = {"short": "rahasia-" * 20, "password": f"Q{letters}", "token": f"W{letters * 40}"}
    for secret, shown in ((words["password"], "Q"), (words["token"], "W")):
        said = words["short"] * (before // 160) + "-" * (before % 160) + secret * 30
        for record in (_record(said, _form(**words)), _record("no", _form(**words), ValueError(said))):
            line = how.format(record)
            assert f"{shown}abc" not in line
            assert "rahasia" not in line
            assert len(line) < 4_500
    assert f"{'x' * 2_000}…" in how.format(_record("x" * 9_000))


@pytest.mark.parametrize("how", FORMATS)
def test_nobodys_number_link_or_row_shows_at_the_cut(how):
    for before in range(1_950, 2_002, 3):
        for secret in ("081234567890", "pesanan/Zx81kQ", f"Key (name)=(Zx81kQ (Bu) {'Zx81kQ ' * 900}"):
            line = how.format(_record("-" * before + " " + secret + " " * 9_000))
            assert "Zx" not in line
            assert "0812" not in line


@pytest.mark.parametrize("how", FORMATS)
def test_what_follows_the_beginning_of_a_long_text_is_not_shown(how):
    letter = "Bu Wati sakit. " * 60
    line = how.format(_record(f"cannot send {letter}", _form(letter=letter)))
    assert "cannot send …" in line
    assert "sakit" not in line
