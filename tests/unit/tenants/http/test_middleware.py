"""Hosts, language and log lines."""

from __future__ import annotations

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.utils.translation import get_language

from deploy.logs import formatters
from tenants import acts, models, villages
from tenants.db import context
from tenants.http import middleware
from tests.support.factories import CIBIRU, START, SUKAMAJU


def _answer(request):
    return HttpResponse(get_language())


def _ask(kind, path="/", **meta):
    return kind(_answer)(RequestFactory().get(path, **meta))


def test_own_hosts_pass(market):
    for host in ("localhost", "localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert _ask(middleware.KnownHost, HTTP_HOST=host).status_code == 200


def test_a_villages_domain_leads_to_its_shop(market):
    models.Domain.objects.create(domain="pasar.cibiru.desa.id", tenant_id=CIBIRU)
    villages.forget()
    answer = _ask(middleware.KnownHost, "/produk/?x=1", HTTP_HOST="Pasar.Cibiru.desa.id:8000")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://localhost:8000/desa/cibiru/")
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://pasar.example"]):
        assert _ask(middleware.KnownHost, HTTP_HOST="pasar.cibiru.desa.id").headers["Location"] == "https://pasar.example/desa/cibiru/"
    assert middleware.KnownHost(_answer)(RequestFactory().post("/", HTTP_HOST="pasar.cibiru.desa.id")).status_code == 404
    with market.as_owner():
        villages.suspend(code=CIBIRU, act=acts.by_command_line(at=START, reason="x"))
        villages.archive(code=CIBIRU, act=acts.by_command_line(at=START + villages.SEEN_EVERYWHERE_AFTER, reason="x"))
    assert _ask(middleware.KnownHost, HTTP_HOST="pasar.cibiru.desa.id").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "", "a b"])
def test_an_unknown_host_is_404_whatever_is_forwarded(market, host):
    answer = _ask(middleware.KnownHost, HTTP_HOST=host, SERVER_NAME="evil.example", HTTP_X_FORWARDED_HOST="localhost")
    assert answer.status_code == 404


def test_indonesian_unless_english_was_chosen():
    assert _ask(middleware.Language, HTTP_ACCEPT_LANGUAGE="en-GB,en").content == b"id"
    chosen = _ask(middleware.Language, "/?bahasa=en")
    assert chosen.content == b"en"
    assert chosen.cookies["bahasa"].value == "en"
    assert _ask(middleware.Language, HTTP_COOKIE="bahasa=en").content == b"en"
    back = _ask(middleware.Language, "/?bahasa=id", HTTP_COOKIE="bahasa=en")
    assert (back.content, back.cookies["bahasa"].value) == (b"id", "id")
    unknown = _ask(middleware.Language, "/?bahasa=../etc", HTTP_COOKIE="bahasa=xx")
    assert (unknown.content, list(unknown.cookies)) == (b"id", [])


def test_a_log_line_has_the_route_and_no_secret(caplog):
    def inner(request):
        with context.inside(SUKAMAJU):
            logging.getLogger("x").warning("inside")
            lines.append(json.loads(formatters.JsonFormatter().format(caplog.records[-1])))
        return HttpResponse(status=201)

    lines: list[dict[str, object]] = []
    with caplog.at_level(logging.INFO):
        answer = middleware.RequestLog(inner)(RequestFactory().get("/pesanan/0123456789abcdef/?hp=0812"))
        line = json.loads(formatters.JsonFormatter().format(caplog.records[-1]))
    assert answer.headers["X-Request-ID"] == lines[0]["request_id"]
    assert lines[0]["village"] == SUKAMAJU
    assert (line["method"], line["path"], line["status"]) == ("GET", "/pesanan/", 201)
    assert "0123456789abcdef" not in json.dumps(line)
    assert formatters.LineFormatter().format(caplog.records[-1]).endswith("GET /pesanan/ 201")
