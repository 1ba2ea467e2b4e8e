"""Views of a village's back office, under /desa/<slug>/kelola/: parse, read the clock, one call, one template."""
