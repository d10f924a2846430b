"""Brands in the database, and what each process knows of them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Engine, QueuePool, event, select, text

from surveyapp.accounts.models import AuditEntry
from surveyapp.brands import keeping, known
from surveyapp.brands.keeping import Wanted
from surveyapp.brands.known import LASTS, Keeper, Known
from surveyapp.brands.models import Brand, BrandLogo
from surveyapp.database import db
from surveyapp.findings import SurveyError
from tests.brands.test_logos import picture

NAME = {"zh-Hans": "橙品", "en": "Orange"}


def add(**wanted: object) -> Brand:
    """A brand that was committed; every process knows it."""
    values = {"name": NAME, "colour": "#ff6a00", **wanted}
    brand = keeping.save(None, Wanted(**values))  # type: ignore[arg-type]
    db.session.commit()
    known.forget()
    return brand


def code_of(**wanted: object) -> str:
    with pytest.raises(SurveyError) as refused:
        add(**wanted)
    db.session.rollback()
    return refused.value.findings[0].code


def test_the_one_default_is_every_studys_brand_that_chose_none(any_app: Flask) -> None:
    assert known.known().look(None) is None
    first, second = add(is_default=True), add(colour="#112233", is_default=True)
    found = known.known()
    assert found.default == found.look(None) == found.look(second.id)
    assert found.look(first.id) == keeping.look_of(first)
    assert [brand.id for brand in keeping.listed()] == [second.id, first.id]
    assert first.is_default is None
    keeping.save(second, Wanted(NAME, "#112233"))
    db.session.commit()
    known.forget()
    assert known.known().default is None


def test_the_database_lets_one_brand_be_the_default(any_app: Flask) -> None:
    add(is_default=True)
    other = add()
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.execute(text(f"UPDATE brand SET is_default = true WHERE id = {other.id}"))
    db.session.rollback()


def test_a_removed_brand_shows_nowhere_and_comes_back_as_it_was(any_app: Flask) -> None:
    default, brand = add(is_default=True), add(host="s.example.com", picture=picture())
    for gone in (brand, default):
        keeping.remove(gone)
        keeping.remove(gone)
    db.session.commit()
    known.forget()
    assert known.known().look(brand.id) is None
    assert known.known().hosts == {"s.example.com"}
    for back in (brand, default):
        keeping.restore(back)
        keeping.restore(back)
    db.session.commit()
    known.forget()
    look = known.known().look(brand.id)
    assert look == keeping.look_of(brand)
    assert look is not None
    assert look.host == "s.example.com"
    assert known.known().default == keeping.look_of(default)
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["brand.create"] * 2 + ["brand.remove"] * 2 + ["brand.restore"] * 2


def test_a_logo_is_kept_once_and_outlives_its_brands_next_one(any_app: Flask) -> None:
    one, other = add(picture=picture()), add(picture=picture())
    assert one.logo_hash == other.logo_hash
    before = str(one.logo_hash)
    keeping.save(one, Wanted(NAME, "#ff6a00", picture=picture(ink="#910b3d")))
    keeping.save(other, Wanted(NAME, "#ff6a00", drops_logo=True))
    db.session.commit()
    assert one.logo is not None
    assert one.logo.hash != before
    assert other.logo is None
    assert db.session.scalars(select(BrandLogo.hash)).all().count(before) == 1
    found = keeping.picture(before)
    assert found is not None
    assert found[1] in ("png", "webp")
    assert keeping.mark_of(before) is not None
    assert keeping.mark_of("nobody") is keeping.picture("nobody") is None


def test_a_change_without_a_picture_leaves_the_logo(app: Flask) -> None:
    brand = add(picture=picture())
    before = brand.logo_hash
    keeping.save(brand, Wanted(NAME, "#000000"))
    assert brand.logo_hash == before is not None


def test_a_host_is_one_brands_alone_also_while_it_is_removed(app: Flask) -> None:
    brand = add(host="s.example.com")
    assert code_of(host="S.example.com") == "host.taken"
    keeping.remove(brand)
    db.session.commit()
    assert code_of(host="s.example.com") == "host.taken"
    keeping.save(brand, Wanted(NAME, "#ff6a00", host="s.example.com"))
    assert brand.host == "s.example.com"


def test_what_is_refused_changes_nothing(app: Flask) -> None:
    assert code_of(picture=b"no picture") == "logo.unreadable"
    assert code_of(host="http://x") == "host.unusable"
    assert db.session.scalars(select(Brand)).all() == []


def test_links_have_the_brands_host_or_the_installations_address(app: Flask) -> None:
    plain, own = add(), add(host="s.example.com", is_default=True)
    found = known.known()
    assert found.base(own.id) == found.base(None) == "http://s.example.com"
    assert found.base(plain.id) == "http://127.0.0.1:8000"
    assert Known().base(None) == "http://127.0.0.1:8000"


def test_brands_are_read_once_in_some_seconds(app: Flask) -> None:
    now = [0.0]
    keeper = Keeper(lambda: now[0])
    queries: list[str] = []

    def note(*args: object) -> None:
        if "FROM brand" in str(args[2]):
            queries.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", note)
    for _ in range(3):
        assert keeper.known().looks == {}
    assert len(queries) == 1
    now[0] = LASTS
    keeper.known()
    assert len(queries) == 2
    keeper.forget()
    keeper.known()
    event.remove(Engine, "before_cursor_execute", note)
    assert len(queries) == 3


def test_brands_are_known_while_others_hold_every_connection_of_the_pool(app: Flask) -> None:
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    most = pool.size() + pool._max_overflow
    held = [db.engine.connect() for _ in range(most)]
    try:
        assert pool.checkedout() == most
        known.forget()
        assert known.known().looks == {}
    finally:
        for connection in held:
            connection.close()


def test_one_thread_reads_the_brands_for_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []

    def slowly() -> Known:
        reads.append(1)
        time.sleep(0.05)
        return Known()

    monkeypatch.setattr(known, "_read", slowly)
    keeper = Keeper()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(keeper.known) for _ in range(8)]
        assert [done.result() for done in asked] == [Known()] * 8
    assert len(reads) == 1
