"""Mail that the service sends: an outbox in the database, letters from templates, delivery by SMTP."""
