"""JSON doors: no rules, no ORM; each door parses, calls one verb, and answers."""
