"""People of the federation: one account each, what they may do where, and the second factor of those who approve.

    accounts       opening accounts, passwords
    memberships    who has which role where, on which days
    permissions    what each role may do: one table, asked by pages, API and use cases; deploy/PERMISSIONS.md is made from it
    second_factor  one-time codes
    known_browsers browsers in which an account signed in before
    sign_ins       ending all of them

Who may confirm cash depends on the order too: marketplace/orders/order_permissions.py decides it from this table.
"""
