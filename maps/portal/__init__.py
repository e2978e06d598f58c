"""The investor portal: what is free, what it costs, what is near it, how two plots differ. No login."""
