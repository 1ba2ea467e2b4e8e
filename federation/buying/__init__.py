"""From the basket to the purchase and its payments, in shared rows."""
