"""What every page of the market stands on: who asks, the frame, kept pages, refusals, headers, downloads. It knows HTTP."""
