"""Paths of the desk's pages about payment gateways."""

from django.urls import path

from marketplace.pages.desk import gateway_actions, gateways_page

_PAYMENT = "uang-masuk/<uuid:payment_id>"
_REFUND = "uang-kembali/<uuid:refund_attempt_id>"

urlpatterns = [
    path("", gateways_page.index, name="desk-gateways"),
    path(f"{_PAYMENT}/kembalikan/", gateway_actions.send_money_back, name="desk-gateway-send-back"),
    path(f"{_PAYMENT}/hilang/", gateway_actions.write_payment_off, name="desk-gateway-write-off"),
    path(f"{_PAYMENT}/samakan/", gateway_actions.follow_gateway, name="desk-gateway-follow"),
    path(f"{_PAYMENT}/batal/", gateway_actions.give_payment_up, name="desk-gateway-give-up"),
    path(f"{_PAYMENT}/selesai/", gateway_actions.close_payment, name="desk-gateway-close"),
    path(f"{_REFUND}/ulang/", gateway_actions.send_refund_again, name="desk-gateway-refund-again"),
    path(f"{_REFUND}/kas/", gateway_actions.pay_refund_by_hand, name="desk-gateway-refund-cash"),
    path(f"{_REFUND}/selesai/", gateway_actions.close_refund, name="desk-gateway-refund-close"),
]
