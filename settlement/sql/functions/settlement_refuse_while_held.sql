-- While the books are those of a backup and nobody has released the federation's money, nothing leaves that would be
-- paid twice (PS000); the sentence is its trigger's.
CREATE OR REPLACE FUNCTION public.settlement_refuse_while_held()
RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_moneyhold WHERE state = 'held') THEN
        RAISE EXCEPTION '% of % refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'PS000';
    END IF;
    RETURN NEW;
END
$$;
