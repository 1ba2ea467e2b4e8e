"""The books at the desk, read only: trial balance, seals, journal, one account, and the activity log."""
