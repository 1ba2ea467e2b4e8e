"""A new village, in three steps that each end with a commit: the row, the tables, the opening. Run it again and it goes on.

On plain PostgreSQL the tables are copied from the template in one round trip; where that cannot work, migrations make them.
Higher layers open their part by functions named in settings.PASARSAMA_ON_VILLAGE_ACTIVE, each of which may run twice.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Collection

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import module_loading, text
from django.utils.translation import gettext_noop

from tenants import activity_log, codes, errors, models, texts, villages
from tenants.acts import Act
from tenants.db import context, privileges
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.schemas import migrate_one, migration_state, schema_template, table_changes

log = logging.getLogger(__name__)

State = models.Village.State
_SLUG_CHARACTERS = 60
_NAME_CHARACTERS = 100


class VillageTaken(errors.DomainError):
    """A village with this code is there under another name."""

    kind = errors.Kind.CONFLICT
    code = "village-taken"
    sentence = gettext_noop("Kode %(village_code)s sudah dipakai desa %(name)s.")


class SlugTaken(errors.DomainError):
    """Another village has this name in its paths."""

    kind = errors.Kind.CONFLICT
    code = "slug-taken"
    sentence = gettext_noop("Alamat “%(slug)s” sudah dipakai desa lain.")


class BadName(errors.DomainError):
    """The name is empty, too long, or no path can be made of it."""

    kind = errors.Kind.INVALID
    code = "bad-village-name"
    sentence = gettext_noop("“%(name)s” tidak dapat dipakai sebagai nama desa.")


class NameIsFormula(errors.DomainError):
    """A spreadsheet would take the name for a formula."""

    kind = errors.Kind.INVALID
    code = "village-name-is-formula"
    sentence = gettext_noop("Nama desa tidak boleh diawali “%(sign)s”: tabel membacanya sebagai rumus.")


class DistrictUnknown(errors.DomainError):
    """A joint enterprise's district has no village in this market, and no name."""

    kind = errors.Kind.INVALID
    code = "joint-district-unknown"
    sentence = gettext_noop(
        "Kecamatan %(district)s tidak punya desa di pasar ini, jadi %(village_code)s tidak bisa menjadi usaha bersama di sana. Periksa"
        " kodenya, atau masukkan dulu desa-desanya."
    )


@dataclasses.dataclass(frozen=True)
class Provisioned:
    """A village that is active now, and whether this call had anything to do for it."""

    code: codes.VillageCode
    slug: str
    new: bool


def provision(*, code: str, name: str, slug: str = "", act: Act) -> Provisioned:
    """Make a village, or finish one that was left half made. An active one is left as it is. Runs as the owner.

    Without a slug one is made of the name, with the code's digits behind it where another village has it already.

    :raises codes.BadVillageCode: unless the code looks like 34.02.15.2004
    :raises BadName, NameIsFormula, texts.HiddenSign, texts.NotDecoded: if the name or the slug cannot be used
    :raises DistrictUnknown: if it is a joint enterprise of a district of which the market has neither a village nor the name
    :raises VillageTaken: if the code belongs to a village of another name
    :raises SlugTaken: if another village has this slug
    :raises permissions.Forbidden: unless `act.by` admits villages
    """
    village, new = begin(code=code, name=name, slug=slug, act=act)
    new = finish(village=village, making=making() if village.state == State.CREATED else None, act=act) or new
    return Provisioned(code=codes.VillageCode(village.code), slug=village.slug, new=new)


def begin(*, code: str, name: str, slug: str = "", act: Act, districts: Collection[str] = frozenset()) -> tuple[models.Village, bool]:
    """The first step of `provision`: the village's row, and whether it was made just now. It raises what that raises.

    districts: those that have villages soon, as other lines of the same file say
    """
    permissions.require(act.by, Permission.ADMIT_VILLAGES, codes.FEDERATION)
    checked = codes.checked(text=code)
    with context.public():
        name = texts.clean(name, most=_NAME_CHARACTERS, otherwise=BadName(name=name[:100]))
        if name.startswith(texts.FORMULA_STARTS):
            raise NameIsFormula(sign=name[0])
        if codes.is_joint(code=checked):
            _require_district(checked, districts)
        return _row(code=checked, name=name, slug=slug.strip(), act=act)


def _require_district(code: codes.VillageCode, districts: Collection[str]) -> None:
    """A joint enterprise lies in a district of which the market knows something; one that is there already stays."""
    district = code[: codes.DISTRICT_CHARACTERS]
    if district in districts or models.Area.objects.filter(code=district).exists():
        return
    inside = models.Village.objects.filter(code__startswith=f"{district}.").values_list("code", flat=True)
    if not any(there == code or codes.district_of(text=there) for there in inside):
        raise DistrictUnknown(district=district, village_code=code)


def making() -> schema_template.TemplateStatements | None:
    """What makes the tables of a village, for one or for many; None where migrations have to."""
    if not copies():
        return None
    ensure_template()
    try:
        return schema_template.current()
    except schema_template.NotCopyable as reason:
        log.warning("Villages are made by migrations: %s", reason)
        return None


def finish(*, village: models.Village, making: schema_template.TemplateStatements | None, act: Act) -> bool:
    """The other steps of `provision`, after `begin`, in any thread; whether one of them was left to do."""
    left = village.state in (State.CREATED, State.SCHEMA_MADE)
    with context.public():
        if village.state == State.CREATED:
            _make_schema(village, making)
        if left:
            _open(village, act=act)
    return left


def ensure_template() -> migrate_one.Recording:
    """Make the template schema or bring it to the head; what that took is given back, for the villages that lag in the same way."""
    nothing = migrate_one.Recording(migrations=(), statements=(), replayable=True)
    if migration_state.template_is_ready():
        return nothing
    with migrate_one.alone(codes.TEMPLATE_SCHEMA):
        if migration_state.template_is_ready():  # another process was quicker
            return nothing
        with context.public(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(codes.TEMPLATE_SCHEMA)}")
        return migrate_one.run_in(schema=codes.TEMPLATE_SCHEMA)


def copies() -> bool:
    """Whether villages are copied from the template: not on Citus, where tables made in a block of DDL silently stay undistributed.

    settings.PASARSAMA_PROVISION_BY ("copy" or "migrations") decides where it is set.
    """
    chosen = getattr(settings, "PASARSAMA_PROVISION_BY", "")
    if chosen:
        return bool(chosen == "copy")
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
        return not cursor.fetchone()[0]


def _row(*, code: codes.VillageCode, name: str, slug: str, act: Act) -> tuple[models.Village, bool]:
    village = models.Village.objects.filter(code=code).first()
    if village is not None:
        if texts.key(village.name) != texts.key(name) or (slug and slug != village.slug):
            raise VillageTaken(village_code=code, name=village.name)
        return village, False
    made = slug or text.slugify(name)
    if made != text.slugify(made) or not made:
        raise BadName(name=name[:100])
    choices = [slug] if slug else [made[:_SLUG_CHARACTERS], f"{made[: _SLUG_CHARACTERS - 11]}-{codes.digits(code)}"]
    for choice in choices:
        village = models.Village(code=code, schema_name=codes.schema_of(code), slug=choice, name=name, created_at=act.at)
        try:
            with transaction.atomic():
                models.Village.objects.bulk_create([village])  # not save(): django-tenants hangs DDL and three queries onto it
                activity_log.record(action="village.created", subject_id=code, act=act, detail={"slug": choice})
        except IntegrityError:
            if models.Village.objects.filter(code=code).exists():  # somebody else was quicker
                return _row(code=code, name=name, slug=slug, act=act)
            continue
        return village, True
    raise SlugTaken(slug=choices[0])


def _make_schema(village: models.Village, making: schema_template.TemplateStatements | None) -> None:
    if making is not None:
        try:
            _copy(village, making)
        except schema_template.NotCopyable as reason:
            log.warning("Village %s is made by migrations: %s", village.code, reason)
        else:
            return
    _migrate(village)


def _copy(village: models.Village, making: schema_template.TemplateStatements) -> None:
    """Tables, stamps, privileges and the village's new state in one round trip and one commit: all of it stands or nothing."""
    quote = connection.ops.quote_name
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, to_regnamespace(%s) FROM tenants_village WHERE code = %s FOR UPDATE", [village.schema_name, village.code]
        )
        state, existing = cursor.fetchone()
        if state != State.CREATED:  # another process was quicker
            village.state = state
            return
        if existing is not None:
            raise schema_template.NotCopyable(f"its schema {village.schema_name} is there already")
        made = "UPDATE tenants_village SET state = %s, migration_head = %s WHERE code = %s"
        texts = [
            table_changes.IN_TRANSACTION,
            f"CREATE SCHEMA {quote(village.schema_name)}",
            f"SET LOCAL search_path = {quote(village.schema_name)}, {context.PUBLIC}",
            making.ddl.rstrip(";\n"),
            *privileges.statements(schema=village.schema_name, tables=making.tables, fresh=True),
            f"SET LOCAL search_path = {context.PUBLIC}",
            cursor.mogrify(made, [State.SCHEMA_MADE, migration_state.current(), village.code]).decode(),
        ]
        cursor.execute(";\n".join(texts))
    village.state = State.SCHEMA_MADE


def _migrate(village: models.Village) -> None:
    """Step by step, each migration in a transaction of its own; a schema that was left half made is finished."""
    with table_changes.going_on():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(village.schema_name)}")
        migrate_one.run_in(schema=village.schema_name)
    models.Village.objects.filter(code=village.code, state=State.CREATED).update(
        state=State.SCHEMA_MADE, migration_head=migration_state.current()
    )
    village.state = State.SCHEMA_MADE
    privileges.apply()


def _open(village: models.Village, *, act: Act) -> None:
    """Let higher layers open their part, and the village is active: one transaction."""
    with transaction.atomic(durable=True):
        opened = models.Village.objects.filter(code=village.code, state=State.SCHEMA_MADE).update(state=State.ACTIVE)
        if not opened:  # another process was quicker; it holds the row until its commit, so nothing is left to do
            return
        villages.changed()
        for dotted in settings.PASARSAMA_ON_VILLAGE_ACTIVE:
            module_loading.import_string(dotted)(village_code=village.code, at=act.at)
        activity_log.record(action="village.opened", subject_id=village.code, act=act)
    village.state = State.ACTIVE
