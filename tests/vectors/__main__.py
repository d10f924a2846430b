"""Write the generated part of `rules.json` again, expected values from the naive evaluator."""

import json
import random

from tests.designer.kleene import verdict
from tests.vectors import COMPUTED, FACTS, FILE, VALUES, random_rule, random_values, rule_vectors

PER_VERDICT = 200


def generated() -> list[dict[str, object]]:
    draw = random.Random(20261123)
    kept: dict[object, list[dict[str, object]]] = {True: [], False: [], None: []}
    while min(map(len, kept.values())) < PER_VERDICT:
        rule = random_rule(draw, draw.randint(0, 3))
        answers = random_values(draw, VALUES)
        facts: dict[str, object] = {
            kind: random_values(draw, names) for kind, names in FACTS.items()
        }
        if '"computed"' in json.dumps(rule):
            facts["computed"] = COMPUTED
        expected = verdict(rule, answers, facts)
        vector = {"why": f"generated {expected}", "rule": rule, "answers": answers}
        if len(kept[expected]) < PER_VERDICT:
            kept[expected].append({**vector, "facts": facts, "expected": expected})
    return [vector for vectors in kept.values() for vector in vectors]


def main() -> None:
    by_hand = [v for v in rule_vectors() if not v["why"].startswith("generated")]
    lines = [json.dumps(v, ensure_ascii=False) for v in by_hand + generated()]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
