"""What every page of the market stands on: who asks, the layout, stored pages, error pages, headers, downloads. It knows HTTP."""
