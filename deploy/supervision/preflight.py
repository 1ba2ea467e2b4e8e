"""What is looked at before the web opens: pages' files are in place, the database is migrated, and in production nothing is unsafe.

Runs as a process of its own (`python -m deploy.supervision.preflight`), so that the supervisor, which lives long, never loads Django.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from deploy.console import command_error

# PostgreSQL settings whose "off" may lose what was acknowledged.
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_OLDEST_SERVER = 15
_SECRET_LENGTH_MIN = 50
_NAMED_MAX = 3  # villages in one sentence
# Second names under which registries, in Indonesia and elsewhere, give names to anybody.
_REGISTRIES = frozenset(["ac", "biz", "co", "com", "desa", "edu", "go", "gov", "mil", "my", "net", "or", "org", "ponpes", "sch", "web"])

Fault = tuple[str, str]  # Indonesian, English


def run() -> None:
    """Run the checks in a child process that has this one's environment.

    :raises command_error.CommandError: with one line per fault, if anything forbids the start
    """
    done = subprocess.run([sys.executable, "-m", "deploy.supervision.preflight"], stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        indonesian, _, english = done.stdout.partition("\n--\n")
        raise command_error.CommandError(
            f"Tidak dapat dibuka:\n{indonesian}".strip(), f"Cannot open:\n{english}".strip(), status=command_error.WRONG_USE
        )


def main() -> int:
    """Look, print the faults (Indonesian, a line of two dashes, English), and give the exit status."""
    from deploy import env

    try:
        from deploy import settings

        faults = settings_faults() if settings.PRODUCTION else []
    except env.Misconfigured as wrong:
        faults = [(str(wrong), str(wrong))]
    if not faults:  # Django cannot be set up without a secret key
        import django

        django.setup()
        faults = (check_faults() if settings.PRODUCTION else []) + database_faults()
    if faults:
        print("\n".join(f"- {indonesian}" for indonesian, _ in faults), "--", "\n".join(f"- {english}" for _, english in faults), sep="\n")
        return command_error.FAILED
    collect()
    return 0


def settings_faults() -> list[Fault]:
    """Give what is unsafe in the settings of a production run."""
    from deploy import settings

    faults: list[Fault] = []
    if len(settings.SECRET_KEY) < _SECRET_LENGTH_MIN:
        faults.append(
            (
                f"PASARSAMA_SECRET_KEY harus diisi, paling sedikit {_SECRET_LENGTH_MIN} huruf acak",
                f"PASARSAMA_SECRET_KEY must be set, at least {_SECRET_LENGTH_MIN} random characters",
            )
        )
    if settings.DEBUG:
        faults.append(("PASARSAMA_DEBUG harus 0", "PASARSAMA_DEBUG must be 0"))
    if not settings.ALLOWED_HOSTS:
        faults.append(("PASARSAMA_HOSTS harus menyebut alamat pasar ini", "PASARSAMA_HOSTS must name this market's hosts"))
    faults += [_too_wide("PASARSAMA_HOSTS", host) for host in settings.ALLOWED_HOSTS if is_too_wide(host)]
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        scheme, _, host = origin.partition("://")
        if scheme != "https":
            faults.append(
                (
                    f"PASARSAMA_ORIGINS: {origin!r} harus diawali https://; lewat http siapa saja di jalan dapat mengubah kiriman",
                    f"PASARSAMA_ORIGINS: {origin!r} must begin with https://; over http anybody on the way can change what is sent",
                )
            )
        elif is_too_wide(host.removeprefix("*") if host.startswith("*.") else host):
            faults.append(_too_wide("PASARSAMA_ORIGINS", origin))
    if not settings.TRUSTED_PROXIES:
        faults.append(
            (
                "PASARSAMA_TRUSTED_PROXIES harus menyebut alamat server TLS di depan pasar ini (misalnya 127.0.0.1)",
                "PASARSAMA_TRUSTED_PROXIES must name the address of the TLS server in front of this market (127.0.0.1, for example)",
            )
        )
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        faults.append(("PASARSAMA_SECURE harus 1: kuki hanya lewat https", "PASARSAMA_SECURE must be 1: cookies travel over https only"))
    return faults


def is_too_wide(host: str) -> bool:
    """Whether a name means hosts of others as well: *, anything with a * in it, and all names below .id, .co.id or .desa.id."""
    if not host or "*" in host:
        return True
    labels = host.strip(".").split(".")
    return host.startswith(".") and (len(labels) == 1 or (len(labels) == 2 and labels[0] in _REGISTRIES))


def _too_wide(name: str, value: str) -> Fault:
    return (
        f"{name}: {value!r} juga berarti alamat orang lain; sebutkan alamat pasar ini saja",
        f"{name}: {value!r} also means hosts of others; name this market's own only",
    )


def check_faults() -> list[Fault]:
    """Give what Django's own `check --deploy` warns of."""
    from django.core import checks

    found = checks.run_checks(include_deployment_checks=True)
    return [(f"{warning.id}: {warning.msg}",) * 2 for warning in found if warning.level >= checks.WARNING and not warning.is_silenced()]


def database_faults() -> list[Fault]:
    """Give what keeps the database from serving: it is out of reach, unsafe in production, empty, or another release's."""
    from django.conf import settings
    from django.db import connection, utils

    from settlement.sql import install
    from tenants.http import readiness
    from tenants.schemas import migrate_all, migration_state

    try:
        connection.ensure_connection()
    except utils.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        return [(f"basis data tidak dapat dihubungi: {reason}", f"the database cannot be reached: {reason}")]
    if readiness.is_restoring():
        return [
            (
                "server basis data masih memulihkan, atau berhenti di tengah pemulihan: hanya dapat dibaca (pg_is_in_recovery)",
                "the database server is still restoring, or stopped in the middle of it: it is read only (pg_is_in_recovery)",
            )
        ]
    faults = server_faults() if settings.PRODUCTION else []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.tenants_village')")
        if cursor.fetchone()[0] is None:
            faults.append(
                (
                    "basis data masih kosong; jalankan `pasarsama villages migrate` dahulu",
                    "the database is still empty; run `pasarsama villages migrate` first",
                )
            )
            return faults
    try:
        migration_state.check()
    except migration_state.OtherRelease as refusal:
        return [*faults, _in_both_languages(refusal)]
    if "migrations" in readiness.missing():
        faults.append(
            (
                "basis data belum diperbarui ke rilis ini; jalankan `pasarsama upgrade` dahulu",
                "the database is not of this release yet; run `pasarsama upgrade` first",
            )
        )
        return faults
    if behind := [village.code for village in migrate_all.lagging() if village.is_open]:
        names = ", ".join(behind[:_NAMED_MAX]) + (", ..." if len(behind) > _NAMED_MAX else "")
        faults.append(
            (
                f"desa yang belum diperbarui ke rilis ini: {names}; jalankan `pasarsama upgrade` dahulu, atau tutup tokonya dengan"
                " `pasarsama villages suspend`",
                f"not of this release yet: {names}; run `pasarsama upgrade` first, or close their shops by `pasarsama villages suspend`",
            )
        )
    if not install.is_of_these_files():
        faults.append(
            (
                "fungsi pembukuan di basis data bukan dari rilis ini; jalankan `pasarsama upgrade` dahulu",
                "the ledger's functions in the database are not this release's; run `pasarsama upgrade` first",
            )
        )
    return faults


def _in_both_languages(refusal: Exception) -> Fault:
    from django.utils import translation

    with translation.override("id"):
        indonesian = str(refusal)
    with translation.override("en"):
        return indonesian, str(refusal)


def server_faults() -> list[Fault]:
    """Give what is unsafe about the database server and the two roles."""
    from django.conf import settings
    from django.db import connection

    from deploy import env

    faults: list[Fault] = []
    with connection.cursor() as cursor:
        for name in _DURABLE:
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                faults.append((f"PostgreSQL: {name} mati; data bisa hilang", f"PostgreSQL: {name} is off; data can be lost"))
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        major = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper, has_database_privilege(current_database(), 'CREATE') FROM pg_roles WHERE rolname = current_user")
        may_create_tables = any(cursor.fetchone())
    if major < _OLDEST_SERVER:
        faults.append(
            (f"PostgreSQL {major} terlalu lama; perlu {_OLDEST_SERVER}", f"PostgreSQL {major} is too old; {_OLDEST_SERVER} is needed")
        )
    application, owner = env.database(settings.DATABASE_URL)["USER"], env.database(settings.DATABASE_OWNER_URL)["USER"]
    if application == owner or may_create_tables:
        faults.append(
            (
                f"peran aplikasi {application!r} tidak boleh memiliki basis data; berikan DATABASE_OWNER_URL dengan peran lain",
                f"the application's role {application!r} must not own the database; give DATABASE_OWNER_URL with another role",
            )
        )
    return faults


def collect() -> None:
    """Gather the style sheets and scripts, compressed and named by content, unless what is there is the same."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core import management

    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            digest.update(f"{path} {storage.get_modified_time(path).timestamp()} {storage.size(path)}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest.hexdigest():
        return
    management.call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest(), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
