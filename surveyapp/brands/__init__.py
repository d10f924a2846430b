"""Brands: the name, logo, colour and address under which customers are asked."""

from __future__ import annotations
