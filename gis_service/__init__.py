"""The edge of the service: HTTP, settings, accounts, the pool and the command line."""

__version__ = "0.1.0"
