"""Views of checkout and of a buyer's purchases: parse, read the clock, one call, one template."""
