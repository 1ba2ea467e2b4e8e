"""People of the federation: one account each, what they may do where, and the second factor of those who approve."""
