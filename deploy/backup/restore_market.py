"""Restoring a market, step by step, into a folder where none is. No web, no worker and no clock run on it until all steps are done.

Each step is written down before it begins (restore_state), and leaves the same when it is done again. Every step that reads or changes the
market is a process of its own, as when somebody calls it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from deploy import env
from deploy.backup import copy_loading, own_database, postgres_tools, restore_checks, restore_secrets, restore_state
from deploy.backup.manifest import Progress
from deploy.backup.restore_state import Step
from deploy.console import command_error
from deploy.embedded import folders, servers

Clock = Callable[[], datetime]
_PICTURE_MODE = 0o644  # as the market writes them


@dataclasses.dataclass(frozen=True)
class Restored:
    """What stands in the folder now: the invariants of the audit that do not hold, and what is wrong with the seal of the backup."""

    data: Path
    broken: tuple[str, ...]
    seal_problem: str
    withdrawn: str = ""  # of the withdrawals, where they were applied in this call


def restore(*, plan: restore_checks.Plan, words: Sequence[str], now: Clock, progress: Progress) -> Restored:
    """Do what was planned, or go on with it; `words` of the command line do so again after an interruption.

    :raises command_error.CommandError: if a step fails; the folder then stays shut, and the same command goes on
    """
    data = folders.claim(plan.data)
    with restore_state.alone(data=data), folders.errors_as_sentences(data), contextlib.ExitStack() as stack:
        if restore_state.read(data=data) != plan.state:
            restore_state.refuse(data=data)
        state = plan.state or restore_state.State(
            id=uuid.uuid4(),
            backup=plan.backup,
            copy=plan.copy.value,
            database=own_database.address(url=plan.outside) if plan.outside else "",
            step=Step.SECRETS,
            began_at=now(),
            step_at=now(),
            process=os.getpid(),
            words=tuple(words),
        )
        machines = servers.Servers(data, with_postgres=plan.outside is None, with_valkey=not os.environ.get("BROKER_URL"))
        steps = list(Step)
        restored, withdrawn = Restored(data=data, broken=(), seal_problem=""), ""
        for step in steps[steps.index(state.step) :]:
            if step is Step.DATABASE and plan.outside and state.step is not step:
                own_database.require_empty(url=plan.outside)  # before it is written down: an interrupted step empties the database
            state = dataclasses.replace(state, step=step, step_at=now(), process=os.getpid())
            restore_state.write(data=data, state=state)
            if step not in {Step.SECRETS, Step.DATABASE}:
                stack.enter_context(machines)  # a command that ends does not stop them
            progress(0, 1, step.value)
            if step is Step.SECRETS:
                restore_secrets.put(data=data, found=plan.secrets)
            elif step is Step.DATABASE:
                _database(plan, machines=machines, progress=progress)
            elif step is Step.PICTURES:
                _pictures(plan)
            elif step is Step.MIGRATE:
                _pasarsama(plan, state.id, "villages", "migrate")
            elif step is Step.HOLD:
                withdrawn = _hold(plan, state.id)
            else:
                restored = dataclasses.replace(_audit(plan, state.id), withdrawn=withdrawn)
        restore_state.done(data=data)
    return restored


def _database(plan: restore_checks.Plan, *, machines: servers.Servers, progress: Progress) -> None:
    server = machines.postgres
    if plan.outside is not None or server is None:
        url = str(plan.outside)
        if plan.state is not None and plan.state.step is Step.DATABASE:  # an interrupted try; otherwise it was found empty
            own_database.clear(url=url)
        tools = plan.programs_folder or Path()
        owner = postgres_tools.environment(database=env.database(url))
        copy_loading.load_logical(programs_folder=tools, server=owner, folder=plan.backup, of=plan.of, progress=progress)
        return
    server.stop()  # of an interrupted try
    shutil.rmtree(server.cluster, ignore_errors=True)
    try:
        copy_loading.load(copy=plan.copy, server=server, folder=plan.backup, of=plan.of, progress=progress)
    finally:
        server.stop()


def _pictures(plan: restore_checks.Plan) -> None:
    """Copies, no links: what happens to the market's files does not happen to the backup's."""
    target = plan.data / copy_loading.PICTURES
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(plan.backup / copy_loading.PICTURES, target, copy_function=shutil.copyfile)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else _PICTURE_MODE)


def _hold(plan: restore_checks.Plan, restoring: uuid.UUID) -> str:
    if plan.outside is not None:  # a web or worker elsewhere does not see this folder
        own_database.require_alone(url=plan.outside)
    words = ["--withdrawals", str(plan.withdrawals_file)] if plan.withdrawals_file is not None else []
    return _pasarsama(plan, restoring, "restore", "--hold-at", plan.of.began_at.isoformat(), *words)


def _audit(plan: restore_checks.Plan, restoring: uuid.UUID) -> Restored:
    found = json.loads(_pasarsama(plan, restoring, "audit", "--json", "--at-rest", may_find=True))
    problem = ""
    if plan.of.seal_sha256:
        try:
            _pasarsama(plan, restoring, "seals", "check", plan.of.seal_sha256)
        except command_error.CommandError as error:
            problem = str(error)
    return Restored(data=plan.data, broken=tuple(one["name"] for one in found["invariants"] if one["count"]), seal_problem=problem)


def _pasarsama(plan: restore_checks.Plan, restoring: uuid.UUID, *words: str, may_find: bool = False) -> str:
    return copy_loading.pasarsama(*words, data=plan.data, embedded=plan.outside is None, may_find=may_find, restoring=restoring)
