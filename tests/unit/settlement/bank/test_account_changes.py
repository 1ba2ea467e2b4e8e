"""Where money is sent: proposed by one, confirmed by another, told, and stopped by whoever it belongs to."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from federation.buying import notices
from settlement.bank import account_changes, bank_accounts
from settlement.bank.rails import account_rules, batches
from settlement.models import BankAccountStep
from tenants import codes, events, texts
from tenants.acts import Act
from tenants.errors import FormReused
from tenants.models import ActivityEntry
from tenants.people import permissions
from tests.support import factories
from tests.support.bank import payments
from tests.support.settlement import books

WRITTEN = {"bank": "BRI", "bank_code": "002", "bic": "", "number": "0337-01.001234 567", "holder": "BUMDes  Maju Lestari"}
CIBIRU, FEDERATION = codes.VillageCode(factories.CIBIRU), codes.FEDERATION
SARI, OPERATOR, APPROVER = factories.SARI.principal, factories.OPERATOR.principal, factories.APPROVER.principal
DAY = timedelta(days=1)

USELESS: list[tuple[dict[str, str], type[Exception]]] = [
    ({"bank": " "}, texts.NotReadable),
    ({"holder": "\u200b"}, texts.NotReadable),
    ({"bank_code": "2"}, account_rules.BadBankCode),
    ({"bank_code": "٠٠٢"}, account_rules.BadBankCode),
    ({"bank_code": "", "bic": "BRI"}, account_rules.BadBic),
    ({"bank_code": "", "bic": ""}, account_rules.BankNotNamed),
    ({"bank_code": "0020001"}, account_rules.BadBankCode),
    ({"holder": "ꦧꦸꦩ꧀ꦢꦺꦱ꧀"}, account_rules.HolderNotLatin),
    ({"number": "1234"}, account_rules.BadNumber),
    ({"number": "12345678901a"}, account_rules.BadNumber),
    ({"number": "1" * 35}, account_rules.BadNumber),
    ({"number": "0337\u200b01001234567"}, texts.HiddenSign),
    ({"party": "Cibiru"}, codes.BadVillageCode),
]


def act(by: permissions.Principal, *, key: str = "") -> Act:
    return Act(by=by, at=factories.START, key=key)


def propose(party: str = CIBIRU, *, key: str = "", by: permissions.Principal = OPERATOR, **changes: str) -> None:
    account_changes.propose(**{"party": party, **WRITTEN, **changes}, act=act(by, key=key))  # type: ignore[arg-type]


def status(party: str = CIBIRU, *, after: timedelta = timedelta(0)) -> bank_accounts.Status:
    return bank_accounts.status(party=codes.VillageCode(party), at=factories.START + after)


def proposed(party: str = CIBIRU) -> bank_accounts.Account:
    found = status(party).proposed
    assert found is not None
    return found


def confirm(by: permissions.Principal, party: str = CIBIRU, *, proposal: uuid.UUID | None = None) -> None:
    account_changes.confirm(party=codes.VillageCode(party), proposal_id=proposal or proposed(party).step_id, act=act(by))


def test_no_village_is_paid_to_the_federations_own_account(market):
    """Proposed, coming or in force; the same number at another bank is another account."""
    propose("F")
    for _step in range(2):
        with pytest.raises(account_changes.FederationsOwn, match="BRI 033701001234567"):
            propose(number="0337 0100 1234 567")
        if status("F").proposed:
            confirm(APPROVER, "F")
    later = factories.START + 2 * DAY
    account_changes.propose(party=FEDERATION, **{**WRITTEN, "number": "55555555"}, act=Act(by=OPERATOR, at=later))
    again = Act(by=OPERATOR, at=later + 2 * DAY)
    with pytest.raises(account_changes.FederationsOwn):
        account_changes.propose(party=CIBIRU, **WRITTEN, act=again)
    with pytest.raises(account_changes.FederationsOwn, match="BRI 55555555"):
        account_changes.propose(party=CIBIRU, **{**WRITTEN, "number": "55555555"}, act=again)
    assert status() == bank_accounts.NOTHING
    account_changes.propose(party=CIBIRU, **{**WRITTEN, "bank_code": "014"}, act=again)


def test_an_account_of_another_village_is_taken_once_somebody_said_that_it_is_theirs_together(market):
    """Proposed, coming or in force there; one that was left is free, and the same number at another bank another account."""
    melati, together = codes.VillageCode(factories.MELATI), [codes.VillageCode(factories.MELATI)]
    propose(melati)
    with pytest.raises(account_changes.OfAnotherVillage):
        propose(number="0337 0100 1234 567", key="a")
    confirm(APPROVER, melati)
    for days, bank in ((0, {}), (2, {"bank_code": "", "bic": "BRINIDJA"})):
        at = Act(by=OPERATOR, at=factories.START + days * DAY)
        with pytest.raises(account_changes.OfAnotherVillage, match="BRI 033701001234567 sudah menjadi rekening .?Melati .34") as found:
            account_changes.propose(party=CIBIRU, **{**WRITTEN, **bank}, act=at, shared_with=[codes.VillageCode(factories.SUKAMAJU)])
        assert found.value.parties == together
    propose(bank_code="014")
    for _tap in range(2):
        account_changes.propose(party=CIBIRU, **WRITTEN, act=act(OPERATOR, key="a"), shared_with=together)

    entries = ActivityEntry.objects.filter(action="bank-account.proposed", subject_id=CIBIRU).order_by("id")
    assert [entry.detail.get("shared_with") for entry in entries] == [None, together]
    propose(factories.SUKAMAJU, number="55555555")
    propose(factories.SUKAMAJU, number="66666666")
    propose(number="55555555")


def test_it_is_kept_as_a_bank_reads_it_and_alone_pays_nobody(market):
    propose(by=SARI)

    found = proposed()
    assert (found.bank, found.bank_code, found.number, found.holder) == ("BRI", "002", "033701001234567", "BUMDes Maju Lestari")
    assert (found.changed_by, found.changed_at) == (factories.SARI.id, factories.START)
    assert status(after=30 * DAY).account is None
    assert status(factories.MELATI) == bank_accounts.NOTHING


@pytest.mark.parametrize(
    ("party", "proposer", "confirmer"),
    [(CIBIRU, OPERATOR, SARI), (CIBIRU, SARI, APPROVER), (CIBIRU, OPERATOR, APPROVER), (FEDERATION, OPERATOR, APPROVER)],
)
def test_another_person_confirms_and_it_is_used_a_day_later(market, party, proposer, confirmer):
    propose(party, by=proposer)
    shown = proposed(party).step_id
    with pytest.raises((account_changes.ProposedByYou, permissions.Forbidden)):
        confirm(proposer, party)
    confirm(confirmer, party)
    confirm(confirmer, party, proposal=shown)  # a second tap

    assert status(party, after=DAY - timedelta(seconds=1)).usable is None
    found = status(party, after=DAY).usable
    assert found is not None
    assert (found.step_id, found.changed_by, found.confirmed_by) == (shown, proposer.account_id, confirmer.account_id)
    assert BankAccountStep.objects.filter(party=party).count() == 2


def test_whoever_proposed_it_does_not_confirm_it_in_another_role_either(market):
    both = permissions.Principal(OPERATOR.account_id, frozenset({(FEDERATION, "operator"), (CIBIRU, "manager")}))
    propose()
    with pytest.raises(account_changes.ProposedByYou):
        account_changes.confirm(party=CIBIRU, proposal_id=proposed().step_id, act=act(both), village_code=CIBIRU)


def test_only_its_own_people_and_the_federations_do_anything(market):
    propose()
    stranger, cashier = factories.TINI.principal, factories.ASEP.principal
    for by in (stranger, cashier, factories.AUDITOR.principal, OPERATOR):
        with pytest.raises(permissions.Forbidden):
            confirm(by)
    for by in (stranger, cashier, APPROVER):
        with pytest.raises(permissions.Forbidden):
            propose(by=by, number="99999999")
    for by in (stranger, cashier, OPERATOR):  # the federation stops no village's payouts, nor goes on with them
        for verb in (account_changes.stop, account_changes.resume):
            with pytest.raises(permissions.Forbidden):
                verb(party=CIBIRU, act=act(by))
    propose(FEDERATION, number="44444444")
    with pytest.raises(permissions.Forbidden):
        confirm(SARI, FEDERATION)
    assert not BankAccountStep.objects.exclude(step="proposed").exists()


def test_what_is_confirmed_is_what_was_shown(market):
    propose()
    shown = proposed().step_id
    propose(number="77777777")
    for verb, by in ((account_changes.confirm, SARI), (account_changes.withdraw, OPERATOR)):
        with pytest.raises(account_changes.NothingProposed):
            verb(party=CIBIRU, proposal_id=shown, act=act(by))
    account_changes.withdraw(party=CIBIRU, proposal_id=proposed().step_id, act=act(OPERATOR))
    assert status() == bank_accounts.NOTHING
    with pytest.raises(account_changes.NothingProposed):
        confirm(SARI, proposal=shown)


def test_every_step_is_on_record_once_and_without_names(market):
    propose()
    propose(number="033701001234567")  # the same, written otherwise
    confirm(SARI)
    for verb in (account_changes.stop, account_changes.stop, account_changes.resume, account_changes.resume):
        verb(party=CIBIRU, act=act(SARI))

    steps = list(BankAccountStep.objects.filter(party=CIBIRU).order_by("turn").values_list("step", "by"))
    sari = factories.SARI.id
    assert steps == [("proposed", factories.OPERATOR.id), ("confirmed", sari), ("stopped", sari), ("resumed", sari)]
    entries = list(ActivityEntry.objects.filter(subject_id=CIBIRU, action__startswith="bank-account.").order_by("id"))
    assert [(entry.action, entry.by) for entry in entries] == [(f"bank-account.{step}", by) for step, by in steps]
    assert entries[0].detail["number"] == "033701001234567"
    assert "Maju" not in str([entry.detail for entry in entries])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_bankaccountstep SET number = '1'",
        "DELETE FROM settlement_bankaccountstep",
        "INSERT INTO settlement_bankaccountstep (id, party, turn, step, bank, bank_code, bic, number, holder, proposal_id, in_force_at,"
        " village_code, at) SELECT gen_random_uuid(), party, 9, 'confirmed', '', '', '', '', '', id, at + interval '23 hours', '', at"
        " FROM settlement_bankaccountstep",
    ],
)
def test_the_database_refuses_another_past_and_an_early_use(market, statement):
    propose()
    with pytest.raises(DatabaseError), transaction.atomic():
        books.rows_changed(statement)


def test_its_village_is_told_and_every_village_of_the_federations(market):
    propose()
    confirm(SARI)
    propose(FEDERATION, number="44444444")
    while events.sweep(at=factories.START + DAY):
        pass

    told = {code: [news.kind for news in notices.of_village(village_code=codes.VillageCode(code))] for code in factories.VILLAGES}
    assert sorted(told[CIBIRU]) == ["bank-account.confirmed", "bank-account.proposed", "federation-account.proposed"]
    for other in (factories.SUKAMAJU, factories.MELATI):
        assert told[other] == ["federation-account.proposed"]


def test_what_no_bank_could_use_is_refused(market):
    propose()
    for changes, refusal in USELESS:
        with pytest.raises(refusal):
            propose(**changes)
    assert BankAccountStep.objects.count() == 1


def test_the_usual_banks_have_codes_that_are_taken(market):
    for code, name in bank_accounts.BANKS.items():
        propose(bank=name, bank_code=code)


def test_what_may_be_written_down_can_be_paid_to(market):
    """The form and the bank's file go by one rule book: whatever the first takes, the second writes."""
    for turn, changes in enumerate([{}, {"bank_code": "", "bic": "brinidja"}, {"bic": "BRIN IDJA XXX"}, {"holder": "=Crème ꦧꦸꦩ꧀"}]):
        propose(**changes)
        instruction = payments.changed(key=f"K{turn}", payee=proposed())
        assert batches.check(payer=payments.FEDERATION, instructions=[instruction]) == instruction.amount_rupiah


def test_an_old_form_that_is_sent_again_stays_at_what_came_after_it(market):
    """Or money would go where somebody corrected it away from."""
    for number, key in (("11111111", "a"), ("22222222", "b"), ("11111111", "a")):
        propose(number=number, key=key)
    assert proposed().number == "22222222"
    with pytest.raises(FormReused):
        propose(number="33333333", key="b")
    propose(factories.MELATI, number="11111111", key="a")  # a key is of one party's form
