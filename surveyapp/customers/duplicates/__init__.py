"""Customers who are probably the same: proposed by named rules, merged or told apart by people."""
