-- These rows are kept for ever as they were written: nobody changes, removes or truncates them, the owner neither.
-- Privileges say the same to the application's role. A statement trigger costs an INSERT nothing.
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_reference
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('rows of the ledger are kept for ever; correct them by reversing transfers');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_transfer
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('rows of the ledger are kept for ever; correct them by reversing transfers');

CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_approval
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_bankaccountstep
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('what was done about a bank account is kept as it was written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_bankfile
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_bankstatement
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_cycleedge
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_cycleparty
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_legevent
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_lineowner
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_seal
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_sealedrow
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_setoff
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_snapshot
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.settlement_solution
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('records of a cycle are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.federation_payment
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('a receipt is kept as it was written; a wrong one is reversed by a row of its own');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.federation_allocation
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('what a receipt pays is kept as it was written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.federation_refundstep
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('what became of a refund is kept as it was written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.tenants_activityentry
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('who did what is kept as it was written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.tenants_marketrestore
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('that the market was restored is kept as it was written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.tenants_numbergap
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('numbers that a restore left out are kept as they were written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.federation_cashhandin
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('what a courier handed in is kept as it was written');
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.tenants_tradeholdstep
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('what was done about trade after a restore is kept as it was written');
