"""How `proof` is decided: what depends on what, formulas of it, samples, and verdicts."""
