"""The bank: accounts, what is sent to banks and gateways and what they answer (rails, gateways), and files of bank statements."""
