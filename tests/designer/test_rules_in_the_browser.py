"""The page's evaluator against the vectors, by node where it is installed.

`tests/browser` runs the same in a real browser.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.vectors import FILE

ROOT = Path(__file__).parents[2]
RUN = """
const vectors = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
const wrong = vectors.filter((v) => evaluate(v.rule, v.answers, v.facts) !== v.expected);
console.log(JSON.stringify(wrong));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_script_gives_the_servers_verdicts():
    source = (ROOT / "static" / "survey" / "rules.js").read_text("utf-8")
    command = ["node", "-e", source + RUN, str(FILE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(ran.stdout) == []
