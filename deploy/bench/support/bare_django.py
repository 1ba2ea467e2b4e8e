"""The yardstick of bench catalogue: the list of goods as a plain Django project would show it, and nothing else.

No tenants, no middleware, no session, no translation; Django's own PostgreSQL backend with a connection that stays open, and a template
that is compiled once. The same rows by one `.values()` query, the same markup of the list, the same server (granian).
"""

from __future__ import annotations

import os
from typing import ClassVar

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from deploy import env

settings.configure(
    DATABASES={
        "default": {
            **env.database(os.environ["DATABASE_URL"]),
            "ENGINE": "django.db.backends.postgresql",
            "CONN_MAX_AGE": None,
        }
    },
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"builtins": [__name__]}}],
    USE_I18N=False,
    USE_TZ=True,
    SECRET_KEY=os.environ["PASARSAMA_SECRET_KEY"],
)
django.setup()

from django import template  # noqa: E402 - once the settings stand
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.template import engines  # noqa: E402

register = template.Library()


@register.filter
def rupiah(amount: int) -> str:
    """12000 -> "Rp 12.000"."""
    return f"Rp\u00a0{amount:,}".replace(",", ".")


class Goods(models.Model):
    """The catalogue's table, read only."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    unit = models.TextField()
    price_rupiah = models.IntegerField()
    village_code = models.TextField()
    village_name = models.TextField()
    village_slug = models.TextField()
    consignor_name = models.TextField()
    picture = models.TextField()
    made_here = models.BooleanField()
    flagship = models.BooleanField()
    in_stock = models.BooleanField()
    published = models.BooleanField()
    shop_open = models.BooleanField()
    category = models.TextField()
    listed_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Goods]] = models.Manager()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "federation_listing"


FIELDS = [
    "id",
    "name",
    "unit",
    "price_rupiah",
    "village_code",
    "village_name",
    "village_slug",
    "consignor_name",
    "picture",
    "made_here",
    "flagship",
    "in_stock",
    "category",
    "listed_at",
]

PAGE = engines["django"].from_string(
    """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Pasarsama</title></head><body><ul class="grid">
{% for item in items %}<li class="card"><a href="/barang/{{ item.id }}/">
<img class="pic" src="/gambar/{{ item.picture }}-320.webp" alt="" width="320" height="240" loading="lazy" decoding="async">
<div><b>{{ item.name }}</b><span class="price">{{ item.price_rupiah|rupiah }}</span> <span class="from">/ {{ item.unit }}</span>
<span class="from line">{{ item.village_name }}</span>{% if not item.in_stock %}<span class="tag bad">Habis</span>
{% elif item.flagship %}<span class="tag">Unggulan</span>{% elif item.made_here %}<span class="tag ok">Buatan desa</span>{% endif %}
</div></a></li>{% endfor %}</ul></body></html>"""
)


def goods(request: HttpRequest) -> HttpResponse:
    """The newest twenty."""
    rows = Goods.objects.filter(published=True, shop_open=True).order_by("-listed_at", "-id").values(*FIELDS)[:20]
    return HttpResponse(PAGE.render({"items": rows}))


urlpatterns = [path("", goods)]

application = get_wsgi_application()
