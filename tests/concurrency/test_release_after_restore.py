"""Two persons release the money while a third decides about a line of their list: the line is booked once."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from settlement import money_hold
from settlement.after_restore import releasing
from settlement.models import StatementLine
from settlement.statement_lines import explaining
from tenants.acts import Act
from tests.support.settlement import restoring, rounds
from tests.support.settlement.restoring import NOW
from tests.support.settlement.rounds import APPROVER, A, B, C


def test_a_line_that_somebody_explains_meanwhile_changes_the_list(market, monkeypatch):
    rounds.worked_example()
    rounds.bank_accounts(B)
    restoring.hold()
    restoring.read(("TRSF PS0001-3402902001", 9_000))
    for village in (A, B, C):
        restoring.states(village, at=NOW)
    line = StatementLine.objects.get()
    sha256 = restoring.listed().sha256
    proposal = releasing.propose(shown_sha256=sha256, act=restoring.ACT)
    decided, go_on, failed = threading.Event(), threading.Event(), []
    gain = explaining.own_costs.gain

    def slowly(**words: object) -> None:
        gain(**words)
        decided.set()
        go_on.wait(30)

    def explain() -> None:
        try:
            explaining.explain(line_id=line.id, act=Act(by=rounds.MAKER, at=NOW, reason="Bunga"))
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    monkeypatch.setattr(explaining.own_costs, "gain", slowly)
    other = threading.Thread(target=explain)
    other.start()
    assert decided.wait(30)
    threading.Timer(1.0, go_on.set).start()
    act, checked = Act(by=APPROVER, at=NOW), rounds.checked(at=NOW)
    with pytest.raises(releasing.ListChanged):
        releasing.confirm(list_id=proposal, shown_sha256=sha256, act=act, checked=checked)
    other.join(30)

    assert failed == []
    assert money_hold.is_held()
    assert StatementLine.objects.get().state == "explained"
