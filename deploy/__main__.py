"""`python3 deploy demo` and `python3 deploy test`: make the private environment in .venv, then go on inside it.

Only the standard library is used, and only grammar that an old Python still reads far enough to hear that it is too old.
"""

from __future__ import annotations

import sys

sys.path.pop(0)  # that is this folder: modules of ours must not stand in for the standard library's

import fcntl  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import subprocess  # noqa: E402
from typing import BinaryIO, NoReturn  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")
COMMAND = os.path.join(ENVIRONMENT, "bin", "pasarsama")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(ENVIRONMENT, "pasarsama.json")
PART = os.path.join(ENVIRONMENT, "requirements.txt")  # of the lock, what was asked for
OLDEST = (3, 11)
TEST = "test"  # the command that needs what only tests use: almost half of all
PROJECT = "pasarsama (pyproject.toml)"  # as the lock names it among those who ask for a package

USAGE = """\
python3 deploy demo    menyalakan pasar contoh            starts the demonstration market
python3 deploy test    menjalankan semua pengujian        runs all tests

Keduanya menyiapkan .venv sendiri (sekali, perlu internet). Sesudahnya ada .venv/bin/pasarsama --help.
Both make .venv themselves (once, needs the internet). Afterwards there is .venv/bin/pasarsama --help."""


def say(indonesian: str, english: str) -> None:
    """Tell what is going on, without being in the way of a command's own output."""
    print("%s / %s" % (indonesian, english), file=sys.stderr, flush=True)  # noqa: UP031 - see above


def stop(indonesian: str, english: str, status: int = 1) -> NoReturn:
    """End with one clear sentence."""
    print(indonesian, file=sys.stderr)
    print(english, file=sys.stderr)
    raise SystemExit(status)


def main() -> NoReturn:
    """Check the machine, make or repair the environment, and become the command."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(USAGE, file=sys.stdout if arguments else sys.stderr)
        raise SystemExit(0 if arguments else 2)
    if sys.version_info[:2] < OLDEST:
        here = ".".join(map(str, sys.version_info[:2]))
        stop("Perlu Python 3.11 atau lebih baru; ini Python " + here + ".", "Python 3.11 or newer is needed; this is Python " + here + ".")
    if not os.environ.get("HOME"):
        os.environ.pop("HOME", None)  # an empty one would make pip write to the root of the disk
    with open(LOCK, "rb") as lock:
        wait_for_others(lock)
        if not is_ready(arguments[0]):
            prepare(arguments[0])
    os.execv(COMMAND, [COMMAND] + arguments)  # noqa: S606


def wait_for_others(lock: BinaryIO) -> None:
    """Let one process at a time work on the environment; the kernel frees the lock when its holder dies."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("Menunggu perintah lain yang sedang menyiapkan .venv ...", "waiting for another command that prepares .venv ...")
        fcntl.flock(lock, fcntl.LOCK_EX)


def expected(command: str) -> dict[str, str]:
    """Give what the stamp must say: what is to be installed, and where (an environment does not survive being moved)."""
    digest = hashlib.sha256()
    for path in (LOCK, os.path.join(ROOT, "pyproject.toml")):
        with open(path, "rb") as file:
            digest.update(file.read())
    return {"lock": digest.hexdigest(), "root": ROOT, "for": TEST if command == TEST else "demo"}


def stamped() -> dict[str, str]:
    """Give what the stamp says, or nothing."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError):
        return {}


def is_ready(command: str) -> bool:
    """Say whether the environment is complete and its Python still runs (a system upgrade may have removed it)."""
    suffices = stamped() in (expected(command), expected(TEST))
    return suffices and os.access(COMMAND, os.X_OK) and runs([PYTHON, "-c", ""])


def runs(command: list[str]) -> bool:
    """Say whether the command ends well."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0  # noqa: S603
    except OSError:
        return False


def prepare(command: str) -> None:
    """Make or mend the environment; whatever an earlier attempt finished is kept."""
    moved = stamped().get("root", ROOT) != ROOT
    # A Python of the environment's own that is too old is as good as none.
    usable = runs([PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info[:2] < (3, 11))"])
    if moved or not usable:
        make()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    install(command)
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(expected(command), file)
    os.replace(STAMP + ".new", STAMP)


def make() -> None:
    """Make the empty environment."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "Python ini tidak membawa venv dan pip; pasang dengan `sudo apt install python3-venv`, lalu ulangi.",
            "This Python comes without venv and pip; install them with `sudo apt install python3-venv`, then try again.",
        )
    say("Membuat lingkungan di .venv ...", "making the environment in .venv ...")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", "--clear", ENVIRONMENT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        last = (done.stdout.decode("utf-8", "replace").strip().splitlines() or ["?"])[-1]
        stop("Lingkungan .venv tidak dapat dibuat: " + last, "The environment .venv could not be made: " + last)


def install(command: str) -> None:
    """Install exactly what the lock lists for the command, every file checked against its hash, and the project itself."""
    with open(LOCK, encoding="utf-8") as file:
        wanted = file.read() if command == TEST else needed_to_run(file.read())
    with open(PART, "w", encoding="utf-8") as file:
        file.write(wanted)
    say("Memasang paket (sekali saja, biasanya semenit) ...", "installing packages (once, usually a minute) ...")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--no-deps"]
    # What is imported is compiled then; all of it would be a third of the wait.
    follow(pip + ["--no-compile", "--require-hashes", "-r", PART], wanted.count("=="))
    follow(pip + ["--no-build-isolation", "-e", ROOT], 0)


def needed_to_run(lock: str) -> str:
    """Give the part of the lock without what only tests ask for, by what stands under each package ("via")."""
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)[1:]
    found = [(block.split("==")[0], block, re.findall(r"(?m)^    # (?:via |  )(.+)$", block)) for block in blocks]
    needed = {PROJECT, PROJECT.replace(")", ":install)")}
    known = 0
    while known < len(needed):
        known = len(needed)
        needed.update(name for name, _, askers in found if needed.intersection(askers))
    return "".join(block for name, block, _ in found if name in needed)


def follow(command: list[str], total: int) -> None:
    """Run pip and show how far it is; if it fails, show its last lines."""
    shown = total and sys.stderr.isatty()
    seen = 0
    lines: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:  # noqa: S603
        for raw in pip.stdout or ():
            line = raw.decode("utf-8", "replace").rstrip()
            lines.append(line)
            if shown and line.startswith(("Collecting ", "Installing collected")):
                seen = min(seen + 1, total)
                name = line.split()[1].split("=")[0] if line.startswith("Coll") else "..."
                print("\r\033[K  %3d/%d %s" % (seen, total, name), end="", file=sys.stderr, flush=True)  # noqa: UP031
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if pip.returncode != 0:
        print("\n".join(lines[-8:]), file=sys.stderr)
        stop(
            "Pemasangan paket gagal (lihat di atas). Periksa internet dan ruang disk, lalu ulangi: yang sudah terpasang dipakai lagi.",
            "Installing the packages failed (see above). Check the internet and disk space, then try again: what is there is used.",
        )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
