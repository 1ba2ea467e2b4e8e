"""What the federation and its villages read: turnover, cash book, members, what waits."""
