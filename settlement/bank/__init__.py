"""The bank: accounts, what banks and gateways are told and tell (rails), and files of bank statements."""
