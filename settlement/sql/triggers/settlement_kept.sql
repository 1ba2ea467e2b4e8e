-- No row of these tables is ever removed; of some columns' changes other triggers and the privileges speak.

CREATE TRIGGER settlement_kept BEFORE DELETE OR TRUNCATE ON public.settlement_obligation
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('only what is still open of an obligation may change, and no obligation is ever removed');

CREATE TRIGGER settlement_kept BEFORE DELETE OR TRUNCATE ON public.settlement_cycle
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_kept BEFORE DELETE OR TRUNCATE ON public.settlement_objection
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_kept BEFORE DELETE OR TRUNCATE ON public.settlement_paymentleg
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_kept BEFORE DELETE OR TRUNCATE ON public.settlement_statementline
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_kept BEFORE DELETE OR TRUNCATE ON public.settlement_gatewaypayout
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
