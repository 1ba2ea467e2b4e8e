"""How the embedded PostgreSQL is set, and why."""

POSTGRES = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "'128MB'",
    # One transaction may touch every table of many villages (measured: the default of 64 ends at village 247).
    "max_locks_per_transaction": "512",
    # Short statements over small tables: compiling them costs more than it saves.
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "max_wal_size": "'1GB'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C'",
    "log_destination": "'stderr'",
    "logging_collector": "off",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
    # A failed statement's text may hold a name or a phone number: the log keeps the error, not the statement, and not
    # the row that a detail shows.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal", "max_wal_senders": "0"}
# A long search for a password is what a connection to such a cluster would cost most.
_FAST_SINCE_16 = {"scram_iterations": "1"}


def fast(*, major: int) -> dict[str, str]:
    """Give the settings of a cluster that a test throws away: a crash of the machine may lose it."""
    return _FAST | (_FAST_SINCE_16 if major >= 16 else {})


def fast_initdb(*, major: int) -> list[str]:
    """Give the words by which initdb makes such a cluster, the superuser's password included."""
    return ["--no-sync", *(word for name, value in _FAST_SINCE_16.items() if major >= 16 for word in ("-c", f"{name}={value}"))]
