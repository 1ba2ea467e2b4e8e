-- The number of the open cycle, which cannot close its books (cut off) until this transaction ends; none open is
-- refused (PS009). The number is read again under the lock: a cut-off between the two is seen, one after them waits.
CREATE OR REPLACE FUNCTION public.settlement_stamp()
RETURNS integer LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
    found_number integer;
    still integer;
BEGIN
    LOOP
        SELECT c.number INTO found_number FROM settlement_cycle c WHERE c.state = 'open';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no cycle is open' USING ERRCODE = 'PS009';
        END IF;
        PERFORM pg_advisory_xact_lock_shared(7401, found_number);
        SELECT c.number INTO still FROM settlement_cycle c WHERE c.state = 'open';
        IF still = found_number THEN
            RETURN found_number;
        END IF;
    END LOOP;
END
$$;
