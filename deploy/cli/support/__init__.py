"""What commands share: their environment, typed arguments, Django's own commands."""
