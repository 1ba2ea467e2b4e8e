"""What a person at a terminal sees: a command's progress, and in one sentence what ends it. Nothing of the market is known here."""
