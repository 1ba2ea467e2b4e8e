-- A new UUIDv7, as tenants.uuids makes it: random bits with the milliseconds in front. Needs no sequence, so any shard
-- can serve it.
CREATE OR REPLACE FUNCTION public.settlement_uuid7()
RETURNS uuid LANGUAGE sql PARALLEL SAFE
AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;
