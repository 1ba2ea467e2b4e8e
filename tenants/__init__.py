"""Villages, people and the one door between their schemas.

    villages   the villages (tenants), their domains and states (village_rows: one as requests see it)
               archived_villages: what is refused once one has left; trade_holds, trade_releases: and after a restore;
               trade_hold_rows: as the desk reads them; market_restores, number_gaps: that there was one, and the numbers it left out
    people     accounts, memberships, and people/permissions.py: what each role may do
    events     what happened, and its delivery to subscribers; `tenants.events` says how a subscriber is added
    schemas    provisioning, migrating and exporting village schemas
    db         the connection: which schema it is in, prepared statements, privileges
    http       which village a request is for, and who asks
    tables     reading tables that people bring
    acts       what always travels together: who acts, when, by which form's key, why

Beside them stand idempotency with request_hash, activity_log, throttle with networks, wake_ups (of workers), clock (whether the time is
believed), disk_room with full_disk, newest_backup, wal_archive, withdrawals (written outside the database too), private_files (for their
owner alone), keyset (pages of long lists), and plain values (codes, phones, texts, text_direction, reasons, days, uuids, errors). All
tables are public.

Nothing here knows of goods or money, but for the names of events and permissions that are about them, and nothing but
`tenants.db.context` may change the schema of a connection.
"""
