"""What every request passes through, from which address it comes, and who may open a page."""
