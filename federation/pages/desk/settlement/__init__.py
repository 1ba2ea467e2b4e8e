"""Settlement at the desk: the list of cycles, one cycle with its payments and its reconciliation, and what may be carried on."""
