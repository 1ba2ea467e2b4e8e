"""Daily seals over what must never change."""
