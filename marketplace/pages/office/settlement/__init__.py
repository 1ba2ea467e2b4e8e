"""Settlement in a village's office, under /desa/<slug>/kelola/putaran/: its statement of each cycle, cash, objections, its bank account."""
