"""E-mail addresses in files of customers."""

from __future__ import annotations

import pytest

from surveyapp.customers.cells import CellError
from surveyapp.customers.values import email


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" wang.fang@Example.COM ", "wang.fang@example.com"),
        ("ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "wang@example.com"),
        ("a+b@mail.example.com.cn", "a+b@mail.example.com.cn"),
    ],
)
def test_addresses_are_read(cell, address):
    assert email(cell) == address


@pytest.mark.parametrize(
    "cell",
    ["wang", "wang@", "@example.com", "wang@example", "a b@example.com", "a@b.com,c@d.com",
     "a@example.com\r\nBcc: x@y.com", f"{'a' * 65}@example.com", f"a@{'b.' * 130}com"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(cell):
    with pytest.raises(CellError) as refusal:
        email(cell)
    assert refusal.value.code == "email_invalid"
