"""Villages, people and the one door between their schemas.

Here live: the villages (tenants) and their domains, the accounts of the whole federation, who may do what where, provisioning
and migrating of village schemas, the events with their deliveries, and the log of who did what. All tables are public.

Nothing here knows of goods or money, and nothing but `tenants.db.context` may change the schema of a connection.
"""
