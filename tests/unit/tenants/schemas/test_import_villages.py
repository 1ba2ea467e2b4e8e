"""Villages out of a file: bad lines are told, the rest goes on."""

from __future__ import annotations

import threading
import time

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tenants import acts, models, villages
from tenants.db.backend import begin
from tenants.schemas import import_villages
from tenants.tables import decode, reader
from tests.support.factories import START

HEAD = "kode,nama,slug\n"
A_VILLAGE_ASKS_MOST = 26  # a connection's own preparations apart
seen_commits: list[str] = []


def _import(market, text, encoding="utf-8", **changes):
    with market.as_owner():
        return import_villages.import_csv(data=text.encode(encoding), act=acts.by_command_line(at=START), **changes)


def _slugs():
    return dict(models.Village.objects.filter(code__startswith="34.02.91").values_list("code", "slug"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("kode,nama\n34.02.91.2001,Mekarsari\n34.02.91.2002,Sidomulyo\n", "utf-8"),
        ("Kode;Nama;Slug\r\n34.02.91.2001;Mekarsari;\r\n34.02.91.2002;Sidomulyo;sidomulyo\r\n", "utf-8-sig"),
        ("nama\tkode\nMekarsari\t34.02.91.2001\n\n  Sidomulyo \t 34.02.91.2002", "utf-8"),
        ('"kode","nama"\n"34.02.91.2001","Mekarsari"\n"34.02.91.2002","Sidomulyo"\n', "utf-8-sig"),
        ("Kode\tNama\r\n34.02.91.2001\tMekarsari\r\n34.02.91.2002\tSidomulyo\r\n", "utf-16"),
        ("Kode;Nama;\r\n34.02.91.2001;Mekarsari\r\n34.02.91.2002;Sidomulyo;;\r\n", "cp1252"),
        ("sep=;\r\nkode;nama;slug\r\n34.02.91.2001;Mekarsari\r\n34.02.91.2002;Sidomulyo", "utf-8"),
    ],
)
def test_files_as_people_save_them(market, text, encoding):
    result = _import(market, text, encoding)
    assert (result.made, result.there, result.bad) == (2, 0, ())
    assert _slugs() == {"34.02.91.2001": "mekarsari", "34.02.91.2002": "sidomulyo"}
    assert set(models.Village.objects.values_list("state", flat=True)) == {"active"}


def test_each_bad_line_has_its_number_and_reason(market):
    seen = []
    result = _import(
        market,
        HEAD + "34,DI Yogyakarta,\n34.02,Bantul,\n34.02.91,Kapanewon,\n"  # 2 to 4: larger areas
        "34.02.91.2001,Mekarsari,\n"
        "34.02.91.201,Pendek,\n"  # 6
        "34.02.91.2002,,\n"  # 7
        "34.02.91.2001,Mekarsari,\n"  # 8: twice
        '34.02.91.2003,"Dua\nBaris",\n'  # 9 and 10
        "34.02.91.2004,Curang,sukamaju\n"  # 11: somebody's slug
        "34.02.90.2001,Bukan Sukamaju,\n"  # 12: somebody's code
        "34.02.91.2005\n"  # 13: cut off
        "34.02.91.2006,Sidomulyo,\n"
        "34.02.91.2007,Desa, yang, berkoma\n"  # 15: more cells than headings
        '34.02.91.2008,"Kutip\n',  # 16: nothing closes it
        progress=lambda done, total, code: seen.append((done, total)),
    )
    assert (result.made, result.there, result.above) == (3, 0, 3)
    assert [(row.line, row.reason.split(" ")[0]) for row in result.bad] == [
        (6, "“34.02.91.201”"),
        (7, "“”"),
        (8, "kode"),
        (11, "Alamat"),
        (12, "Kode"),
        (13, "“”"),
        (15, "jumlah"),
        (16, "tanda"),
    ]
    assert "baris 5" in result.bad[2].reason
    assert _slugs() == {"34.02.91.2001": "mekarsari", "34.02.91.2003": "dua-baris", "34.02.91.2006": "sidomulyo"}
    assert seen[-1] == (12, 12)


def test_a_second_run_goes_on_where_the_first_stopped(market):
    _import(market, HEAD + "34.02.91.2001,Mekarsari,\n")
    result = _import(market, HEAD + "34.02.91.2001,Mekarsari,\n34.02.91.2002,Sidomulyo,\n")
    assert (result.made, result.there, result.bad) == (1, 1, ())


def test_what_is_no_such_file_is_refused(market):
    for data, refusal in (
        (b"\xff\xfek\x00o", decode.NotText),
        (b"kode,nama\n34.02.91.2001,\x81\n", decode.NotText),
        (b"", reader.HeadingsNotFound),
        (b"a,b\n1,2\n", reader.HeadingsNotFound),
        (b"kode,nama,nama\n34.02.91.2001,Mekarsari,\n", reader.HeadingsNotFound),
    ):
        with pytest.raises(refusal):
            import_villages.import_csv(data=data, act=acts.by_command_line(at=START))
    assert models.Village.objects.count() == 3


def test_codes_and_names_with_signs_that_nobody_sees_make_no_second_village(market):
    result = _import(market, HEAD + "34.02.91.2001,Caf\u00e9,\n\u200b34.02.91.2001,Caf\u00e9,\n34.02.91.2002,Bu\u00adwati,\n")
    assert (result.made, [(row.line, row.reason[:36]) for row in result.bad]) == (
        1,
        [(3, "kode 34.02.91.2001 sudah ada di bari"), (4, "Setelah “Bu” ada tanda pemenggalan y")],
    )
    again = _import(market, HEAD + "34.02.91.2001,Cafe\u0301,\n")
    assert (again.there, again.bad) == (1, ())


def test_one_more_village_is_few_round_trips_however_many_there_are(market, monkeypatch):
    said = []
    execute = begin.Cursor.execute

    def listen(self, query, vars=None):
        said.append(threading.get_ident())
        execute(self, query, vars)

    monkeypatch.setattr(begin.Cursor, "execute", listen)
    counts = []
    for first, count in ((2001, 2), (2101, 12)):
        said.clear()
        _import(market, HEAD + "".join(f"34.02.91.{number},Mekarsari {number},\n" for number in range(first, first + count)))
        counts.append(len(said))
    assert (counts[1] - counts[0]) / 10 <= A_VILLAGE_ASKS_MOST, counts


def test_the_first_line_of_a_name_has_its_slug_whoever_is_ready_first(market):
    result = _import(market, HEAD + "".join(f"34.02.91.{2030 - number},Mekarsari,\n" for number in range(12)))
    assert result.made == 12
    slugs = _slugs()
    assert slugs.pop("34.02.91.2030") == "mekarsari"
    assert all(slug == f"mekarsari-{code.replace('.', '')}" for code, slug in slugs.items())


def remember_how_it_commits(*, village_code, at):
    """Called for each village that is opened, see PASARSAMA_ON_VILLAGE_ACTIVE."""
    seen_commits.append(_asked("SHOW synchronous_commit"))


def _asked(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_an_import_waits_for_the_disk_once_and_then_for_all_of_it(market):
    hooks = [*settings.PASARSAMA_ON_VILLAGE_ACTIVE, f"{__name__}.remember_how_it_commits"]
    seen_commits.clear()
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute(f'ALTER ROLE CURRENT_USER IN DATABASE "{market.database}" SET synchronous_commit = on')  # as in service
    ends = []
    with market.as_owner(), override_settings(PASARSAMA_ON_VILLAGE_ACTIVE=hooks):
        import_villages.import_csv(
            data=(HEAD + "".join(f"34.02.91.{number},Mekarsari {number},\n" for number in range(2001, 2007))).encode(),
            act=acts.by_command_line(at=START),
            progress=lambda done, total, code: ends.append(_asked("SELECT pg_current_wal_insert_lsn()")),
        )
        assert seen_commits == ["off"] * 6
        assert _asked("SHOW synchronous_commit") == "on"
        assert _asked(f"SELECT pg_current_wal_flush_lsn() >= '{ends[-1]}'")


def test_an_import_leaves_no_connection_behind(market):
    with market.as_owner():
        for first in (2001, 2011):
            text = HEAD + "".join(f"34.02.91.{number},Mekarsari {number},\n" for number in range(first, first + 4))
            import_villages.import_csv(data=text.encode(), act=acts.by_command_line(at=START))
        # A server's process takes a moment to see that its client has gone.
        others = """SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"""
        assert any(_asked(others) == 0 or time.sleep(0.1) for _ in range(100))


def test_stopped_in_the_middle_it_leaves_few_half_made_and_the_next_run_finishes(market):
    def stop(done, total, code):
        if done == 3:
            raise KeyboardInterrupt

    text = HEAD + "".join(f"34.02.91.{number},Mekarsari {number},\n" for number in range(2001, 2041))
    with pytest.raises(KeyboardInterrupt):
        _import(market, text, progress=stop)
    begun = models.Village.objects.filter(code__startswith="34.02.91").count()
    assert 3 <= begun <= 3 + import_villages._AHEAD + 1
    result = _import(market, text)
    assert (result.made + result.there, result.bad) == (40, ())
    assert 40 - begun <= result.made <= 37
    assert set(models.Village.objects.values_list("state", flat=True)) == {"active"}


def test_what_fails_beside_the_others_is_named_with_its_line(market):
    with market.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA v_3402912002; CREATE TABLE v_3402912002.marketplace_shop (nothing int)")
    result = _import(market, HEAD + "".join(f"34.02.91.{number},Mekarsari {number},\n" for number in range(2001, 2005)))
    assert (result.made, [(row.line, "marketplace_shop" in row.reason) for row in result.bad]) == (3, [(3, True)])
    assert models.Village.objects.get(code="34.02.91.2002").state == "created"


def test_areas_of_a_file_tell_where_a_village_lies_and_are_corrected_by_the_next(market):
    _import(market, HEAD + "34.02,Kabupaten Bantol,\n34.02.91,Sewon,\n34.02.91.2001,Mekarsari,\n")
    villages.forget()
    assert villages.by_code(code="34.02.91.2001").area == "Sewon, Kabupaten Bantol"
    _import(market, HEAD + "34.02,Kabupaten Bantul,\n")
    villages.forget()
    assert villages.by_code(code="34.02.91.2001").area == "Sewon, Kabupaten Bantul"


def test_a_joint_enterprise_lies_in_a_district_that_the_market_knows(market):
    result = _import(
        market, HEAD + "99.99.99.9999,Usaha,\n34.02.91.9001,Guyub,\n34.02.91.2001,Mekarsari,\n34.02.92,Kapanewon,\n34.02.92.9001,Rukun,\n"
    )
    assert [(row.line, "Kecamatan" in row.reason, "99.99.99" in row.reason) for row in result.bad] == [(2, True, True)]
    again = _import(market, HEAD + "34.02.91.9001,Guyub,\n34.02.91.9002,Lain,\n99.99.99.9998,Usaha,\n")
    assert (again.made, again.there, [row.line for row in again.bad]) == (1, 1, [4])


@pytest.mark.parametrize("name", ['"=HYPERLINK(""x"")"', "@x", "+62", "-1", "＝x"])
def test_a_name_that_a_spreadsheet_would_run_is_refused(market, name):
    result = _import(market, HEAD + f"34.02.91.2001,{name},mekarsari\n")
    assert [row.line for row in result.bad] == [2]
    assert "rumus" in result.bad[0].reason
    assert not _slugs()
