"""What workers do for the federation: the handlers of the outbox register themselves here."""

from federation.buying import notices

__all__ = ["notices"]
