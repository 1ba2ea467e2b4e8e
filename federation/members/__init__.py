"""The member villages: profiles, party_names (what statements call them), the federation's terms, approvals, leaving with
belongings, and workplaces (where somebody has an office)."""
