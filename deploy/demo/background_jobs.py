"""What a second process does while the demonstration is made: it draws the pictures, and delivers the events that follow each commit."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event

from deploy.console import command_error
from deploy.demo import Progress, demo_goods, demo_pictures

PAUSE_SECONDS = 0.2
NAME = "{motif}-{variant}"


def picture_key(good: demo_goods.Good) -> str:
    """The key under which the second process keeps the picture of a good."""
    return f"{good.village_code}/{NAME.format(motif=good.motif, variant=good.variant)}"


@contextlib.contextmanager
def running(*, full: bool, seed: int, progress: Progress) -> Iterator[None]:
    """Do these jobs beside the block, and finish them at its end.

    :raises command_error.CommandError: if the second process failed; its reason is on the screen
    """
    context = multiprocessing.get_context("spawn")
    finished = context.Event()
    process = context.Process(target=_run, args=(full, seed, finished, os.getpid()), daemon=True)
    process.start()
    try:
        yield
        finished.set()
        while process.is_alive():
            progress(1, 1, "kabar / news")
            process.join(timeout=0.5)
    finally:
        process.kill()
        process.join()
    if process.exitcode != 0:
        raise command_error.CommandError(
            "Gambar atau kabar pasar contoh gagal dibuat.", "The demonstration's pictures or news could not be made."
        )


def _run(full: bool, seed: int, finished: Event, parent: int) -> None:
    import django

    django.setup()
    from deploy.demo import async_commit

    with async_commit.enabled():
        _draw(full=full, seed=seed)
        while os.getppid() == parent:
            last = finished.is_set()
            _deliver_events()
            if last:
                return
            time.sleep(PAUSE_SECONDS)


def _draw(*, full: bool, seed: int) -> None:
    from marketplace.goods import pictures as store

    drawn: dict[tuple[str, int], dict[int, bytes]] = {}
    for good in {picture_key(good): good for good in demo_goods.goods(full=full, seed=seed)}.values():
        look = (good.motif, good.variant)
        if look not in drawn:
            drawn[look] = demo_pictures.draw_widths(motif=good.motif, variant=good.variant, widths=store.WIDTHS)
        store.keep_encoded(key=picture_key(good), encoded=drawn[look])


def _deliver_events() -> None:
    """As the workers of a running market do."""
    from django.utils import timezone

    from tenants import events

    events.sweep(at=timezone.now(), at_most=1_000_000)
