"""A villages' app with more migrations than the code has, for the tests of tenants.schemas.migrate_all."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from tenants.schemas import migration_state, schema_template

COLUMN = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("marketplace", {before!r})]
    operations = [migrations.AddField("shop", {name!r}, models.CharField(max_length=9, null=True))]
"""

TABLE = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("marketplace", {before!r})]
    operations = [
        migrations.CreateModel("Extra", [("id", models.BigAutoField(primary_key=True)),
            ("product", models.ForeignKey("marketplace.Product", on_delete=models.PROTECT))]),
        migrations.RunSQL(["UPDATE marketplace_shop SET about = about || '!' -- once", "SELECT 1"]),
    ]
"""

PYTHON = """
from django.db import migrations
def fill(apps, schema_editor):
    shop = apps.get_model("marketplace", "Shop")
    shop.objects.update(about="filled in " + schema_editor.connection.schema_name)
class Migration(migrations.Migration):
    dependencies = [("marketplace", {before!r})]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
"""

RULE = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("marketplace", {before!r})]
    operations = [migrations.AddConstraint("shop", models.CheckConstraint(name="no_bad_words", condition=~models.Q(about="bad")))]
"""


def latest() -> str:
    """The newest migration of the villages' app that the code has."""
    return migration_state.wanted()[-1][1]


@contextlib.contextmanager
def brought(folder: Path, *texts: str) -> Iterator[list[str]]:
    """Let the code bring these migrations on top of its own; gives their names."""
    package = f"brought_{folder.name.replace('-', '_')}"
    (folder / package).mkdir(exist_ok=True)
    before, names = latest(), []
    for path in (settings.ROOT / "marketplace" / "migrations").glob("*.py"):
        (folder / package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    for number, text in enumerate(texts, start=1):
        name = f"9{number:03}_brought"
        (folder / package / f"{name}.py").write_text(text.format(before=before, name=f"extra_{number}"), encoding="utf-8")
        before = name
        names.append(name)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with override_settings(MIGRATION_MODULES={"marketplace": package}):
            forget()
            yield names
    finally:
        sys.path.remove(str(folder))
        for module in [module for module in sys.modules if module.partition(".")[0] == package]:
            del sys.modules[module]
        forget()


def forget() -> None:
    """Drop what this process knows of the code's migrations."""
    migration_state.wanted.cache_clear()
    schema_template._current.clear()
