"""The members at the desk: who belongs to the federation, where each village stands, and its limit."""
