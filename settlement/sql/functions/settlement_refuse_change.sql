-- Refuses whatever fired it (PS000) with the sentence that its trigger gives. Names no table, so it needs no
-- search_path.
CREATE OR REPLACE FUNCTION public.settlement_refuse_change()
RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'PS000';
END
$$;
