"""What commands share: their environment, the screen, Django's own commands."""
