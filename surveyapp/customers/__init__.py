"""Who may be asked: people, purchases, consent, import."""
