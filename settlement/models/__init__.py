"""Rows of the ledger, by noun. Transfers, references and everything else that is a record are append-only, by privileges and triggers."""

from settlement.models.bank import BankAccount, BankAccountStep, BankFile, BankStatement, StatementLine
from settlement.models.cycle import Approval, CarryTerm, Cycle, CycleEdge, CycleParty, Setoff, Snapshot, Solution
from settlement.models.gateway import GatewayPayout
from settlement.models.installed import InstalledFunction
from settlement.models.ledger import Account, Reference, Transfer
from settlement.models.leg import LegEvent, PaymentLeg, PayoutAnswer
from settlement.models.obligation import Objection, Obligation
from settlement.models.position import Position, PositionIncrement
from settlement.models.restored import HoldList, LineOwner, MoneyHold, StatedCash
from settlement.models.seal import Seal, SealedRow

__all__ = [
    "Account",
    "Approval",
    "BankAccount",
    "BankAccountStep",
    "BankFile",
    "BankStatement",
    "CarryTerm",
    "Cycle",
    "CycleEdge",
    "CycleParty",
    "InstalledFunction",
    "GatewayPayout",
    "HoldList",
    "LegEvent",
    "LineOwner",
    "MoneyHold",
    "Objection",
    "Obligation",
    "PaymentLeg",
    "PayoutAnswer",
    "Position",
    "PositionIncrement",
    "Reference",
    "Seal",
    "SealedRow",
    "Setoff",
    "Snapshot",
    "Solution",
    "StatedCash",
    "StatementLine",
    "Transfer",
]
