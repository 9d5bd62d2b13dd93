"""
The errors of the generator, one small tree.

    GeneratorError          exit code 1: the work could not be done; nothing was changed
    ├── UnreadableError     exit code 3: a description could not be fetched or read; the pin is untouched
    ├── OverlayError        an overlay document that is not one, or an action that no longer matches the pin
    ├── AcceptedError       exit code 2: spec/accepted.toml is not written as it has to be
    └── VerificationError   the generated client is not what the contract asks for
"""

from __future__ import annotations


class GeneratorError(Exception):
    """The base of all errors that the generator raises on purpose; its text is meant to be read by a person."""

    exit_code = 1


class UnreadableError(GeneratorError):
    """A description could not be fetched or read. The text says what was tried and what was found."""

    exit_code = 3


class OverlayError(GeneratorError):
    """An overlay that cannot be applied, or that no longer fits the pinned contract."""


class AcceptedError(GeneratorError):
    """A list of accepted findings that is not one: to be mended by hand."""

    exit_code = 2


class VerificationError(GeneratorError):
    """The rendered client lost something of the contract, or does not import."""
