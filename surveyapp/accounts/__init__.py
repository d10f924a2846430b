"""Staff: users, roles, sign-in, audit trail."""
