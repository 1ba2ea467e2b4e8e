-- Writes down each reference with the hash of its terms, once and for ever; gives those that were new. Terms that were
-- said before pass and are not new, other terms under a known reference are refused (PS003). The unique key makes a
-- second caller wait for the first one's commit; only then does it compare the terms. In order of their text, so that
-- two callers with the same references cannot deadlock.
CREATE OR REPLACE FUNCTION public.settlement_refer(p_references text[], p_terms text[])
RETURNS text[] LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    fresh text[];
    reused text;
BEGIN
    WITH added AS (
        INSERT INTO settlement_reference (reference, terms_sha256, created_at)
        SELECT g.reference, decode(g.terms, 'hex'), now() FROM unnest(p_references, p_terms) AS g (reference, terms)
        ORDER BY g.reference COLLATE "C"
        ON CONFLICT DO NOTHING RETURNING reference)
    SELECT coalesce(array_agg(a.reference), '{}') INTO fresh FROM added a;
    IF cardinality(fresh) < cardinality(p_references) THEN
        SELECT r.reference INTO reused FROM unnest(p_references, p_terms) AS g (reference, terms)
            JOIN settlement_reference r ON r.reference = g.reference WHERE r.terms_sha256 <> decode(g.terms, 'hex') LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'reference used with other terms' USING ERRCODE = 'PS003', DETAIL = reused;
        END IF;
    END IF;
    RETURN fresh;
END
$$;
