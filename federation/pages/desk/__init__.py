"""The federation's desk under /federasi/: a module per page or action; `desk_layout` and `desk_actions` are what all share."""
