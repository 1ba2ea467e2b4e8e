"""Everything about running it. What is looked for first stands at the top: RUNNING.md, settings, the environment they read, urls, wsgi.

Rooms: `cli` (the commands), `backup`, `console` (what they say), `embedded` (PostgreSQL and Valkey of our own), `web_server` (connections,
bodies, threads), `supervision` (processes of a running market), `background` (what follows a commit), `logs`, `audit` (what must hold),
`demo` (the demonstration market), `bench` (speed), `table_clearing` (anybody's debts), `containers`, `locale`, `decisions`, `pictures`.
"""
