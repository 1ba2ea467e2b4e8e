"""A new release on a market that is there: shut, looked at, backed up, migrated, looked at again, and open; or as it was before.

upgrade_market   the steps
upgrade_state    DATA/upgrading.json: how far it is, so that every start can say so
shutting         nobody else is in the database meanwhile
putting_back     the backup in the place of what went wrong, which is kept beside it
"""
