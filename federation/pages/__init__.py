"""Views of the market's visitors and of the federation's desk: parse, read the clock, one call, one template."""
