"""A village's rows that came back from an export, brought in line with what the shared tables know since: shop, goods, orders and stock."""
