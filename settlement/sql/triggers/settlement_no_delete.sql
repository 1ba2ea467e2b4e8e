-- No row of these tables is ever removed. Which of their columns may change is said by other triggers and by the privileges.

CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_obligation
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('only what is still open of an obligation may change, and no obligation is ever removed');

CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_cycle
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_objection
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_paymentleg
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_payoutanswer
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_statementline
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_gatewaypayout
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_moneyhold
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_holdlist
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.settlement_statedcash
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.federation_refund
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.federation_couriercash
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
CREATE TRIGGER settlement_no_delete BEFORE DELETE OR TRUNCATE ON public.federation_takeover
FOR EACH STATEMENT EXECUTE FUNCTION
    public.settlement_refuse_change('no row of it is ever removed');
