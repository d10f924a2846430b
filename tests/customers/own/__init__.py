"""Own attributes of customers."""
