"""Types of `openai.types.audio`."""

from venice_client import models

Transcription = models.Transcription
TranscriptionSegment = models.TranscriptionSegment
TranscriptionVerbose = models.Transcription
TranscriptionWord = models.TranscriptionWord
