from surveyapp.designer.elements import KINDS, elements
from surveyapp.designer.parts import Part
from tests.designer.test_edits import ALL, SMALL


def test_every_list_of_parts_with_an_id_is_known():
    lists = set()
    todo = [type(ALL)]
    seen = set()
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            for inner in parts_in(field.annotation):
                todo.append(inner)
                if "id" in inner.model_fields and "tuple" in str(field.annotation):
                    lists.add(name)
    assert lists == set(KINDS)


def parts_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [part for one in getattr(annotation, "__args__", ()) for part in parts_in(one)]


def test_places_name_owners_where_ids_may_repeat():
    found = elements(SMALL.model_dump(mode="json"))
    assert list(found)[:4] == ["document", "page:page1", "question:q1", "option:q1.yes"]
    assert found["option:q1.yes"].owner == "question:q1"
    assert found["question:q2"].owner == "page:page1"
    assert found["dimension:speed"].owner == "document"
    assert "options" not in found["question:q1"].own


def test_parts_in_pages_and_in_the_document():
    tree = {
        "pages": [{"id": "p", "checks": [{"id": "c"}], "screen_outs": [{"id": "s"}]}],
        "experiments": [{"id": "e", "arms": [{"id": "a"}]}],
        "quotas": [{"id": "z", "cells": [{"id": "y"}]}],
        "levels": None,
    }
    names = ["check:p.c", "screen_out:p.s", "experiment:e", "arm:e.a", "quota:z", "cell:z.y"]
    assert list(elements(tree)) == ["document", "page:p", *names]
