from django.db import connection

from tenants import context
from tests import factories


def test_inside_restores_the_former_place(market):
    with context.inside(factories.SUKAMAJU):
        with context.inside(factories.CIBIRU):
            assert context.current() == factories.CIBIRU
        assert context.current() == factories.SUKAMAJU
        with connection.cursor() as cursor:
            cursor.execute("SHOW search_path")
            assert cursor.fetchone()[0] == "v_3402902001, public"
    assert context.current() is None
