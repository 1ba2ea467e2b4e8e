"""The books are right after every test here, in whatever database it ends."""

from tests.support.settlement.books_hold import books_hold  # noqa: F401 - a fixture for all of them
