"""Who is who: accounts, sessions, roles, and what each role may do."""
