"""The public Python API of a contract, and what breaks between two."""
