"""What a full disk says to people. `disk_room` looks at it, also where no Django is."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tenants import errors


class DiskFull(errors.DomainError):
    """There is no room to write it down."""

    kind = errors.Kind.UNAVAILABLE
    code = "disk-full"
    sentence = gettext_noop(
        "Ruang penyimpanan pasar ini penuh, jadi pesanan dan perubahan belum bisa dicatat. Tidak ada yang berubah, dan yang sudah tercatat "
        "tetap ada. Coba lagi nanti; pengelola sudah diberi tahu."
    )
