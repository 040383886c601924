"""The product: command line, settings, storage, local page, reports and the wiring between them."""

__version__ = "0.1.0"
