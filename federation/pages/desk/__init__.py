"""The federation's desk under /federasi/: a module per page, its parts in modules of their own; `frame` and `deeds` are what all share."""
