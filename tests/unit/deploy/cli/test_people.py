"""`pasarsama people` and `pasarsama federation` as people type them, against servers named by the environment."""

from __future__ import annotations

import datetime
import json
import os
import pty
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.utils import timezone

from deploy.embedded import folders
from federation.members import terms
from settlement.ledger import positions
from tenants import acts, models
from tenants.people import accounts, memberships, permissions, second_factor
from tests.support import authenticator
from tests.support.factories import APPROVER, CIBIRU, PASSWORD, RATNA, SARI, SUKAMAJU

pytestmark = pytest.mark.slow
PHONE = "0812-9101-0001"


@pytest.fixture
def pasarsama(market, tmp_path):
    def run(*words, stdin=""):
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *words, "--data", str(tmp_path / "data")],
            env=market.environment,
            cwd=settings.ROOT,
            check=False,
            capture_output=True,
            text=True,
            input=stdin,
        )

    return run


def test_a_dismissed_cashier_loses_access_at_once(pasarsama):
    today = timezone.localdate()
    memberships.grant(
        user_id=SARI.id,
        village_code=CIBIRU,
        role="cashier",
        since_on=today - datetime.timedelta(days=9),
        until_on=None,
        act=acts.by_command_line(at=timezone.now()),
    )
    done = pasarsama("people", "end", SARI.phone, "cashier", "--village", CIBIRU, "--now")
    assert done.returncode == 0, done.stderr
    assert "access has ended" in done.stdout
    assert "cashier" not in permissions.principal(account_id=SARI.id, on=today).roles_at(CIBIRU)


def test_a_manager_is_appointed_and_leaves(pasarsama):
    done = pasarsama("people", "add", PHONE, "Bu Lastri", "--home", SUKAMAJU, "--password-stdin", stdin="kunci-lumbung-7\n")
    assert (done.returncode, done.stdout) == (0, "0812-9101-0001 Bu Lastri: akun dibuka / account opened\n"), done.stderr
    user = accounts.authenticate(phone=PHONE, password="kunci-lumbung-7", source="x")
    today = timezone.localdate()

    assert pasarsama("people", "grant", PHONE, "manager", "--village", SUKAMAJU, "--until", "2099-12-31").returncode == 0
    assert permissions.principal(account_id=user.id, on=today).roles_at(SUKAMAJU) == {"manager"}
    assert f"{SUKAMAJU}  manager   0812-9101-0001     {today}  2099-12-31  Bu Lastri" in pasarsama("people", "list").stdout
    assert "Bu Lastri" not in pasarsama("people", "list", "--village", CIBIRU).stdout

    leaving = pasarsama("people", "end", PHONE, "manager", "--village", SUKAMAJU)
    assert f"until {today}; " in leaving.stdout
    assert "access until midnight of that day" in leaving.stdout
    assert permissions.principal(account_id=user.id, on=today).roles_at(SUKAMAJU) == {"manager"}
    assert (
        pasarsama("people", "end", PHONE, "manager", "--village", SUKAMAJU, "--on", str(today - datetime.timedelta(days=1))).returncode == 0
    )
    assert permissions.principal(account_id=user.id, on=today).roles_at(SUKAMAJU) == set()

    assert pasarsama("people", "password", PHONE, "--password-stdin", stdin="pintu-sawah-88\n").returncode == 0
    assert accounts.authenticate(phone=PHONE, password="pintu-sawah-88", source="x").id == user.id


def test_whoever_lost_the_phone_sets_the_codes_up_anew(pasarsama):
    authenticator.enrolled(user_id=APPROVER.id)
    assert "aktif sejak / in force since 2026-06-01" in pasarsama("people", "factor", APPROVER.phone).stdout

    done = pasarsama("people", "factor", APPROVER.phone, "--reset", "--reason", "HP hilang")

    assert (done.returncode, done.stdout) == (0, f"{APPROVER.phone}: kode sekali pakai dihapus / one-time codes taken out of force\n")
    assert second_factor.active(user_id=APPROVER.id) is None
    entry = models.ActivityEntry.objects.get(action="factor.reset")
    assert (entry.subject_id, entry.by, entry.reason) == (str(APPROVER.id), None, "HP hilang")


def test_the_demonstration_shows_the_code_that_its_approver_needs(pasarsama, tmp_path):
    authenticator.enrolled(user_id=APPROVER.id)
    record = {"full": False, "logins": [["approver", "", APPROVER.phone, PASSWORD]], "migrations": ""}
    (folders.claim(tmp_path / "data") / "demo.json").write_text(json.dumps(record), encoding="utf-8")

    done = pasarsama("demo", "--code")

    assert done.returncode == 0, done.stderr
    assert authenticator.check(done.stdout[:6], timezone.now()) == ""  # taken a step later too, should one begin just now


def test_the_terms_are_set_and_shown(pasarsama):
    done = pasarsama("federation", "set", "--name", "Pasar Kita", "--fee-basis-points", "150", "--reason", "Rapat")
    assert (done.returncode, done.stdout) == (0, "name: Pasarsama -> Pasar Kita\nfee-basis-points: 200 -> 150\n"), done.stderr
    assert "Nothing changed" in pasarsama("federation", "set", "--fee-basis-points", "150", "--reason", "Rapat").stdout
    shown = pasarsama("federation", "show").stdout
    assert [line.split(maxsplit=1) for line in shown.splitlines()][:2] == [["name", "Pasar Kita"], ["fee-basis-points", "150"]]
    assert terms.current().name == "Pasar Kita"
    assert pasarsama("federation", "limit", CIBIRU, "75000000", "--reason", "Modal").returncode == 0
    assert positions.of(village_code=CIBIRU).limit_rupiah == 75_000_000


@pytest.mark.parametrize(
    "words",
    [
        ("people", "add", RATNA.phone, "Lain", "--password-stdin"),
        ("people", "add", PHONE, "Lain", "--home", "34.02.91.2999", "--password-stdin"),
        ("people", "add", PHONE, "Lain"),
        ("people", "grant", PHONE, "manager", "--village", SUKAMAJU),
        ("people", "grant", SARI.phone, "manager"),
        ("people", "grant", SARI.phone, "manager", "--village", "34.02.91.2999"),
        ("people", "grant", SARI.phone, "manager", "--village", SUKAMAJU, "--until", "besok"),
        ("people", "grant", SARI.phone, "manager", "--village", SUKAMAJU, "--until", "2000-01-01"),
        ("people", "end", SARI.phone, "cashier", "--village", CIBIRU),
        ("people", "list", "--village", "34.02.91.2999"),
        ("people", "factor", SARI.phone, "--reset"),
        ("people", "factor", SARI.phone, "--reset", "--reason", "HP hilang"),
        ("people", "factor", PHONE),
        ("people", "end", RATNA.phone, "manager", "--village", SUKAMAJU, "--on", "2000-01-01"),
        ("federation", "set", "--fee-basis-points", "10001", "--reason", "x"),
        ("federation", "set", "--fee-basis-points", "100", "--reason", " "),
        ("federation", "set", "--fee-basis-points", "100"),
        ("federation", "set", "--fee-basis-points", "-1", "--reason", "x"),
        ("federation", "set", "--reason", "x"),
        ("federation", "limit", "34.02.91.2999", "1", "--reason", "x"),
        ("federation", "limit", CIBIRU, "1.000.000", "--reason", "x"),
    ],
)
def test_a_refusal_is_one_sentence_per_language(pasarsama, words):
    done = pasarsama(*words, stdin=f"{PASSWORD}\n")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "Anda" not in done.stderr  # whoever types is not the person meant
    assert 0 < len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize(("second", "status"), [(PASSWORD, 0), ("lain-sekali-5", 2)])
def test_on_a_terminal_the_password_is_asked_twice_and_never_shown(market, tmp_path, second, status):
    words = [sys.executable, "-m", "deploy.cli", "people", "add", PHONE, "Bu Lastri", "--data", str(tmp_path / "data")]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(settings.ROOT)
        os.execve(sys.executable, words, market.environment)  # noqa: S606 - our own words
    shown = b""
    for question, answer in ((b"password: ", PASSWORD), (b"once more: ", second)):
        end = time.monotonic() + 30
        while question not in shown and time.monotonic() < end:
            shown += os.read(terminal, 1024)
        os.write(terminal, f"{answer}\n".encode())
    while True:
        try:
            read = os.read(terminal, 1024)
        except OSError:  # Linux says so when the other end is closed
            break
        if not read:
            break
        shown += read
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status, shown
    assert PASSWORD.encode() not in shown
    assert second.encode() not in shown
