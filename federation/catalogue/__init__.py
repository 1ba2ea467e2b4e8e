"""The federated catalogue: what shops publish, and how buyers find it."""
