"""Villages, people and the one door between their schemas.

Here live: the villages (tenants) and their domains, the accounts of the whole federation, who may do what where, provisioning
and migrating of village schemas, the events with their deliveries (`tenants.events` says how a subscriber is added), and the log of who did
what. All tables are public.

Nothing here knows of goods or money, but for the names of events and permissions that are about them, and nothing but
`tenants.db.context` may change the schema of a connection.
"""
