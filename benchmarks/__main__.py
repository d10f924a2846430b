"""Run every module of this folder, or only those named: `python -m benchmarks [NAME...]`.

A module has `main()`, which measures, prints a table and writes `results/NAME.json`; what only
helps others begins with an underscore.
"""

from __future__ import annotations

import pkgutil
import sys
import time
from importlib import import_module
from pathlib import Path


def names() -> list[str]:
    found = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return sorted(name for name in found if not name.startswith("_"))


def main(only: list[str]) -> int:
    unknown = sorted(set(only) - set(names()))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(names())}.")
        return 2
    for name in only or names():
        module = import_module(f"benchmarks.{name}")
        if not hasattr(module, "main"):
            continue
        print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        began = time.monotonic()
        module.main()
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
