"""Shared rows, by noun: villages as buyers see them, the catalogue, baskets, purchases with their orders, payments, what
gateways are asked, turnover."""

from federation.models.basket import Basket, BasketLine
from federation.models.catalogue import Listing
from federation.models.federation import Federation, Profile
from federation.models.gateway_payment import GatewayDispute, GatewayPayment, GatewayRefund, GatewayShare
from federation.models.payment import Allocation, CashHandIn, CourierCash, Payment, ReceiptCounter, Refund, RefundStep
from federation.models.purchase import Notice, Purchase, SellerOrder
from federation.models.take_over import TakeOver
from federation.models.turnover import TurnoverFact

__all__ = [
    "Allocation",
    "Basket",
    "BasketLine",
    "CashHandIn",
    "CourierCash",
    "Federation",
    "GatewayDispute",
    "GatewayPayment",
    "GatewayRefund",
    "GatewayShare",
    "Listing",
    "Notice",
    "Payment",
    "Profile",
    "Purchase",
    "ReceiptCounter",
    "Refund",
    "RefundStep",
    "SellerOrder",
    "TakeOver",
    "TurnoverFact",
]
