"""Views of checkout, of the buyer's orders and of a village's back office: parse, read the clock, one call, one template."""
