"""Who is asked, when and how: frame, draw, waves, invitations, outbox."""
