"""The member villages: profiles, party_names (what statements call them), the federation's terms, approvals, leaving with
belongings, and village_search (one of thousands by what is typed)."""
