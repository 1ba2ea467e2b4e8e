"""From the code to its test: at the module's path under tests/unit, or at the one that the list below names.

Views are tested by page under tests/pages; models, tasks and labels through what uses them.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("settlement", "federation", "marketplace", "tenants")
FOLDERS_LEFT_OUT = {"migrations", "pages", "models", "labels"}
NAMES_LEFT_OUT = {"__init__", "apps", "models", "tasks", "urls"}
# module -> the test that holds it, where none stands at its path. It only shrinks: a new module has its test at its path.
HELD_BY = {
    "settlement/bank/gateways/gateway_interface.py": "tests/unit/settlement/test_payout_round.py",
    "settlement/bank/gateways/registry.py": "tests/unit/settlement/payments/test_payouts_by_gateway.py",
    "settlement/bank/rails/account_rules.py": "tests/unit/settlement/bank/rails/test_pain001.py",
    "settlement/bank/rails/batches.py": "tests/unit/settlement/bank/rails/test_pain001.py",
    "settlement/bank/rails/calls.py": "tests/unit/settlement/bank/rails/test_progress_at_a_bank.py",
    "settlement/bank/rails/latin.py": "tests/unit/settlement/bank/rails/test_portal_csv.py",
    "settlement/bank/rails/rail_interface.py": "tests/unit/settlement/bank/rails/test_progress_at_a_bank.py",
    "settlement/bank/statement_files/charges.py": "tests/unit/settlement/bank/statement_files/test_identities.py",
    "settlement/bank/statement_files/statement_problems.py": "tests/unit/settlement/bank/statement_files/test_camt053.py",
    "settlement/bank/statement_files/xml_elements.py": "tests/unit/settlement/bank/statement_files/test_identities.py",
    "settlement/clearing/flow.py": "tests/unit/settlement/clearing/test_solving.py",
    "settlement/clearing/graph.py": "tests/unit/settlement/clearing/test_solving.py",
    "settlement/clearing/ranking.py": "tests/unit/settlement/clearing/test_verifying.py",
    "settlement/cycles/computing.py": "tests/unit/settlement/test_advancing.py",
    "settlement/cycles/lifecycle.py": "tests/unit/settlement/cycles/test_objections.py",
    "settlement/cycles/setting_off.py": "tests/unit/settlement/test_advancing.py",
    "settlement/cycles/snapshots.py": "tests/concurrency/test_cycle_races.py",
    "settlement/ledger/deposit_sales.py": "tests/unit/settlement/ledger/test_gateway_money.py",
    "settlement/ledger/federation_books.py": "tests/unit/marketplace/gateway_payments/test_disputes.py",
    "settlement/ledger/function_calls.py": "tests/unit/settlement/ledger/test_limits.py",
    "settlement/ledger/locks.py": "tests/system/tidy/test_lock_numbers.py",
    "settlement/ledger/open_accounts.py": "tests/unit/settlement/ledger/test_limits.py",
    "settlement/ledger/own_cash.py": "tests/unit/federation/buying/test_take_overs.py",
    "settlement/ledger/own_costs.py": "tests/unit/settlement/statement_lines/test_explaining.py",
    "settlement/ledger/parties.py": "tests/unit/settlement/ledger/test_transfers.py",
    "settlement/ledger/postings.py": "tests/unit/marketplace/orders/test_fulfilment.py",
    "settlement/ledger/taken_over.py": "tests/unit/federation/buying/test_take_overs.py",
    "settlement/payments/agent_cash.py": "tests/unit/settlement/payments/test_legs_after_leaving.py",
    "settlement/payments/cash_payments.py": "tests/pages/desk/settlement/test_cash_payment_pages.py",
    "settlement/payments/own_share.py": "tests/concurrency/test_cycle_races.py",
    "settlement/payments/pay_ins.py": "tests/unit/settlement/statement_lines/test_matching.py",
    "settlement/payments/pool_items.py": "tests/unit/settlement/payments/test_take_backs.py",
    "settlement/payments/sums.py": "tests/unit/settlement/payments/test_take_backs.py",
    "settlement/reports/account_history.py": "tests/pages/desk/bank/test_bank_account_page.py",
    "settlement/reports/account_list.py": "tests/unit/settlement/reports/test_reports_in_pages.py",
    "settlement/reports/agenda.py": "tests/unit/settlement/statement_lines/test_explaining.py",
    "settlement/reports/cycle_facts.py": "tests/unit/settlement/reports/test_reports_in_pages.py",
    "settlement/reports/cycle_overview.py": "tests/unit/settlement/reports/test_reports_in_pages.py",
    "settlement/reports/limit_history.py": "tests/unit/settlement/ledger/test_limits_in_use.py",
    "settlement/reports/limit_use.py": "tests/pages/desk/members/test_limits_page.py",
    "settlement/reports/party_totals.py": "tests/unit/settlement/reports/test_reports_in_pages.py",
    "settlement/reports/payment_overview.py": "tests/unit/settlement/reports/test_reports_in_pages.py",
    "settlement/reports/payout_answer_rows.py": "tests/unit/settlement/payments/test_paid_after_all.py",
    "settlement/reports/proposals.py": "tests/unit/settlement/reports/test_village_statement.py",
    "settlement/seals/sealed_rows.py": "tests/unit/settlement/seals/test_seals.py",
    "settlement/sql/installed_objects.py": "tests/unit/settlement/sql/test_install.py",
    "settlement/statement_lines/line_decisions.py": "tests/unit/settlement/statement_lines/test_suspense_take_back.py",
    "settlement/statement_lines/line_reasons.py": "tests/unit/settlement/statement_lines/test_matching_cents.py",
    "settlement/statement_lines/suspense_account.py": "tests/unit/settlement/statement_lines/test_suspense.py",
    "federation/buying/basket_contents.py": "tests/unit/marketplace/checkout/test_place_order.py",
    "federation/buying/gateway_disputes.py": "tests/unit/marketplace/gateway_payments/test_disputes.py",
    "federation/buying/gateway_payment_rows.py": "tests/unit/marketplace/gateway_payments/test_payment_round.py",
    "federation/buying/gateway_problems.py": "tests/unit/marketplace/gateway_payments/test_comparison.py",
    "federation/buying/gateway_refunds.py": "tests/unit/marketplace/gateway_payments/test_refund_attempts.py",
    "federation/buying/order_drafts.py": "tests/properties/test_order_drafts.py",
    "federation/buying/order_lines.py": "tests/properties/test_order_drafts.py",
    "federation/buying/order_payments.py": "tests/unit/marketplace/orders/test_counter.py",
    "federation/buying/order_states.py": "tests/unit/marketplace/orders/test_order_permissions.py",
    "federation/buying/purchase_details.py": "tests/unit/marketplace/orders/test_reversals.py",
    "federation/buying/purchases.py": "tests/unit/marketplace/checkout/test_place_order_plans.py",
    "federation/buying/receipt_numbers.py": "tests/unit/deploy/backup/test_hold_market.py",
    "federation/buying/seller_orders.py": "tests/concurrency/test_counter.py",
    "federation/buying/take_over_rows.py": "tests/unit/federation/buying/test_take_overs.py",
    "federation/catalogue/catalogue_stamp.py": "tests/pages/test_page_cache.py",
    "federation/catalogue/categories.py": "tests/unit/federation/labels/test_figures.py",
    "federation/members/party_names.py": "tests/pages/desk/test_overview_page.py",
    "federation/members/profiles.py": "tests/unit/deploy/demo/test_demo.py",
    "federation/members/village_search.py": "tests/pages/market/test_home_choice.py",
    "federation/web/workplaces.py": "tests/pages/buying/test_purchase_pages.py",
    "federation/reports/member_list.py": "tests/properties/test_pages_of_lists.py",
    "federation/reports/order_facts.py": "tests/pages/office/settlement/test_statement_pages.py",
    "federation/reports/stuck_deliveries.py": "tests/pages/desk/test_stuck_deliveries_page.py",
    "federation/reports/waiting.py": "tests/pages/desk/test_overview_page.py",
    "federation/templatetags/label_filters.py": "tests/unit/federation/labels/test_figures.py",
    "federation/web/confirmation.py": "tests/pages/office/test_cash_page.py",
    "federation/web/layout.py": "tests/unit/federation/web/test_form_fields.py",
    "federation/web/page_cache.py": "tests/pages/test_page_cache.py",
    "federation/web/request_limits.py": "tests/unit/api/test_gateway_notifications.py",
    "federation/web/url_days.py": "tests/pages/office/test_cash_page.py",
    "federation/web/village_fields.py": "tests/pages/desk/test_overview_page.py",
    "federation/web/visitors.py": "tests/unit/federation/web/test_disk_guard.py",
    "marketplace/checkout/errors.py": "tests/unit/federation/web/test_error_pages.py",
    "marketplace/checkout/offers.py": "tests/unit/marketplace/checkout/test_place_order.py",
    "marketplace/checkout/options.py": "tests/unit/deploy/demo/test_demo.py",
    "marketplace/checkout/reserve.py": "tests/unit/marketplace/checkout/test_place_order.py",
    "marketplace/gateway_payments/payment_offer.py": "tests/unit/marketplace/gateway_payments/test_payment_round.py",
    "marketplace/gateway_payments/waiting_problems.py": "tests/unit/marketplace/gateway_payments/test_gateway_attention.py",
    "marketplace/goods/picture_encoder.py": "tests/unit/marketplace/goods/test_pictures.py",
    "marketplace/goods/products.py": "tests/pages/office/test_product_pages.py",
    "marketplace/goods/stock_queries.py": "tests/unit/marketplace/orders/test_steps.py",
    "marketplace/orders/counter_queries.py": "tests/unit/marketplace/orders/test_counter.py",
    "marketplace/orders/dues.py": "tests/pages/office/test_gateway_orders.py",
    "marketplace/orders/expiry.py": "tests/unit/marketplace/orders/test_steps.py",
    "marketplace/orders/late_money.py": "tests/unit/marketplace/orders/test_steps.py",
    "marketplace/orders/order_queries.py": "tests/unit/marketplace/orders/test_steps.py",
    "marketplace/shops.py": "tests/system/purchases/test_transfers.py",
    "tenants/activity_log.py": "tests/unit/tenants/events/test_attention.py",
    "tenants/archived_villages.py": "tests/unit/marketplace/orders/test_order_records.py",
    "tenants/db/backend/schema.py": "tests/system/isolation/test_canaries.py",
    "tenants/db/named_rows.py": "tests/unit/settlement/reports/test_full_statement.py",
    "tenants/events/held_deliveries.py": "tests/unit/deploy/backup/test_hold_market.py",
    "tenants/events/kinds.py": "tests/unit/tenants/events/test_subscribers.py",
    "tenants/full_disk.py": "tests/unit/federation/web/test_disk_guard.py",
    "tenants/http/log_context.py": "tests/unit/deploy/logs/test_logs.py",
    "tenants/http/queue_server.py": "tests/unit/api/test_health.py",
    "tenants/http/readiness.py": "tests/unit/api/test_health.py",
    "tenants/market_restores.py": "tests/unit/deploy/backup/test_hold_market.py",
    "tenants/newest_backup.py": "tests/unit/deploy/backup/test_make_backup.py",
    "tenants/people/sign_ins.py": "tests/unit/deploy/backup/test_hold_market.py",
    "tenants/withdrawals.py": "tests/unit/deploy/backup/test_withdrawn_since.py",
    "tenants/private_files.py": "tests/unit/deploy/backup/test_make_backup.py",
    "tenants/schemas/migrate_one.py": "tests/unit/tenants/schemas/test_migrate_all.py",
    "tenants/schemas/schema_template.py": "tests/unit/tenants/schemas/test_provisioning.py",
    "tenants/schemas/table_changes.py": "tests/unit/tenants/schemas/test_migrate_all.py",
    "tenants/tables/rows.py": "tests/unit/tenants/tables/test_reader.py",
    "tenants/tables/table_problems.py": "tests/unit/tenants/tables/test_reader.py",
    "tenants/uuids.py": "tests/unit/settlement/statement_lines/test_new_lines.py",
}


def _modules() -> list[Path]:
    found = (path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in found if not FOLDERS_LEFT_OUT & set(path.parts) and path.stem not in NAMES_LEFT_OUT]


def _has_test_at_its_path(module: Path) -> bool:
    tests = (path.stem.removeprefix("test_") for path in (ROOT / "tests" / "unit" / module.parent).glob("test_*.py"))
    return any(name == module.stem or name.startswith(f"{module.stem}_") for name in tests)


@functools.cache
def _imported(path: Path) -> frozenset[Path]:
    """The modules of ours that a file imports."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = (Path(f"{name.replace('.', '/')}.py") for name in names)
    return frozenset(file for file in files if (ROOT / file).is_file())


def _views(test: Path) -> set[Path]:
    """The view that a test of a page is called after."""
    if test.parts[:2] != ("tests", "pages"):
        return set()
    name = test.stem.removeprefix("test_")
    found = (path for package in PACKAGES for path in (ROOT / package / "pages").rglob(f"{name}.py"))
    return {path.relative_to(ROOT) for path in found}


def _reaches(test: Path, module: Path) -> bool:
    """Whether a test imports a module, or something that does; of a page, its view counts as imported."""
    used = _imported(test) | _views(test)
    return module in used or any(module in _imported(each) for each in used)


def test_every_module_has_a_test_at_its_path_or_in_the_list() -> None:
    assert len(_modules()) > 200
    assert [path.as_posix() for path in _modules() if not _has_test_at_its_path(path) and path.as_posix() not in HELD_BY] == []


def test_the_list_names_only_modules_that_need_it() -> None:
    needed = {path.as_posix() for path in _modules() if not _has_test_at_its_path(path)}
    assert sorted(set(HELD_BY) - needed) == []


def test_the_tests_in_the_list_hold_their_modules() -> None:
    assert sorted({test for test in HELD_BY.values() if not (ROOT / test).is_file()}) == []
    assert [module for module, test in HELD_BY.items() if not _reaches(Path(test), Path(module))] == []


def test_the_search_sees_what_a_test_reaches() -> None:
    assert _reaches(Path("tests/unit/settlement/sql/test_install.py"), Path("settlement/sql/installed_objects.py"))
    assert _reaches(Path("tests/pages/desk/bank/test_bank_account_page.py"), Path("settlement/reports/account_history.py"))
    assert not _reaches(Path("tests/unit/settlement/sql/test_install.py"), Path("marketplace/shops.py"))
