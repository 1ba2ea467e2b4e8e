"""The member villages: profiles, the federation's terms, approvals, and leaving."""
