"""The disk of a served market fills up: the market can be read, orders say why not, and all comes back by itself with the room.

The disk is a small tmpfs, which only root can mount. Where CI runs as root it must be possible; elsewhere these tests say that they did not
run.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from deploy.embedded import processes
from tenants import disk_room
from tests.support import buying, factories, page_text, web
from tests.system.kills import machine

pytestmark = pytest.mark.slow

SIZE_MB = 640
_buyers = itertools.count(1)
SENTENCE = "Ruang penyimpanan pasar ini penuh"


@pytest.fixture(scope="module")
def small_disk() -> Iterator[Path]:
    """An empty disk of its own."""
    folder = Path(tempfile.mkdtemp(prefix="ps-full-"))
    folder.chmod(0o755)
    (folder / "data").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "tmpfs", str(folder / "data")]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        reason = f"no small disk can be mounted here, so a full one is not tried: {mounted.stderr.strip()}"
        if os.environ.get("CI") == "true" and os.geteuid() == 0:
            pytest.fail(reason)
        pytest.skip(reason)
    yield folder / "data"
    subprocess.run(["umount", "--lazy", str(folder / "data")], check=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def served(small_disk) -> Iterator[machine.Machine]:
    market = machine.Machine(small_disk, whole=True)
    with market.running():
        assert processes.wait(lambda: disk_room.ballast_bytes(folder=small_disk) == disk_room.BALLAST_BYTES, seconds=20)
        yield market


@pytest.fixture
def filler(small_disk) -> Iterator[Path]:
    """A file that somebody else writes; gone afterwards."""
    path = small_disk / "filler"
    yield path
    path.unlink(missing_ok=True)


def fill(path: Path, *, leave_bytes: int = 0) -> None:
    size = disk_room.free_bytes(folder=path.parent) - leave_bytes
    with open(path, "ab") as file, contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(size, 1))
    if not leave_bytes:
        with open(path, "ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 4096)


def exhaust_wal(served) -> None:
    """Use up the pieces of its log that PostgreSQL had made before."""
    connection = psycopg2.connect(served.postgres.admin_url())
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute("SELECT pg_logical_emit_message(false, 'filler', repeat('x', 1000)), pg_switch_wal()")


def degraded(served) -> list[str]:
    answer = web.Browser(served.port).get("/readyz")
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["degraded"]


def order(served):
    return buying.order(web.Browser(served.port), {served.products[1]: 1}, phone=f"0812 7000 {next(_buyers):04}")  # each of somebody else


def reads(served) -> bool:
    with contextlib.suppress(web.Unreachable):
        return all(web.Browser(served.port).get(path).status_code == 200 for path in ("/", f"/barang/{served.products[1]}/"))
    return False


def refuses(served) -> bool:
    """Whether what would be written is refused with the reason."""
    browser = web.Browser(served.port)
    form = page_text.read(browser.get("/daftar/")).form("/daftar/")
    answer = page_text.send(browser, form, phone="081311112222", name="Bu Sri", password="lumbung-desa-77")
    return answer.status_code == 503 and SENTENCE in page_text.read(answer).text


def test_a_tenth_left_is_a_warning(served, filler, small_disk):
    assert "disk" not in degraded(served)
    fill(filler, leave_bytes=SIZE_MB * 90_000)
    assert degraded(served) == ["disk"]
    assert order(served).status_code == 302
    assert processes.wait(lambda: "kurang dari 10 %" in served.said(), seconds=20), served.said()
    operator = web.Browser(served.port)
    form = page_text.read(operator.get("/masuk/")).form("/masuk/")
    page_text.send(operator, form, phone=factories.OPERATOR.phone, password=factories.PASSWORD)
    assert "tinggal kurang dari 10 persen" in page_text.read(operator.get("/federasi/")).text


def test_on_a_full_disk_reading_goes_on_and_all_comes_back_with_the_room(served, filler, small_disk):
    assert order(served).status_code == 302
    fill(filler)
    assert reads(served)
    assert processes.wait(lambda: refuses(served), seconds=20, step=1), served.said()
    assert degraded(served) == ["disk"]
    assert processes.wait(lambda: "pesanan ditolak" in served.said(), seconds=20), served.said()

    # It takes what the ballast set free, too, and PostgreSQL, whose log has no room any more, gives up in panic.
    assert processes.wait(lambda: not (small_disk / disk_room.BALLAST).exists(), seconds=20)
    fill(filler)
    with pytest.raises(psycopg2.Error):
        exhaust_wal(served)
    filler.unlink()
    assert processes.wait(lambda: reads(served) and order(served).status_code == 302, seconds=90, step=1), served.said()
    assert processes.wait(lambda: "disk" not in degraded(served), seconds=30, step=1)
    assert processes.wait(lambda: disk_room.ballast_bytes(folder=small_disk) == disk_room.BALLAST_BYTES, seconds=30)
    assert "Traceback" not in served.said()


def test_a_server_that_is_killed_on_a_full_disk_starts_on_the_room_of_the_ballast(served, filler, small_disk):
    fill(filler, leave_bytes=10 << 20)
    pid = served.postgres.running()
    os.kill(pid, signal.SIGKILL)
    assert processes.wait(lambda: served.postgres.running() not in (None, pid) and reads(served), seconds=90, step=0.5), served.said()
    assert not (small_disk / disk_room.BALLAST).exists()
    assert processes.wait(lambda: refuses(served), seconds=20, step=1), served.said()
    filler.unlink()
    assert processes.wait(lambda: order(served).status_code == 302, seconds=60, step=1)
    assert processes.wait(lambda: (small_disk / disk_room.BALLAST).exists(), seconds=30)
