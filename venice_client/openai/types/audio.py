"""Types of `openai.types.audio`."""

from venice_client.models import Transcription, TranscriptionSegment, TranscriptionWord

TranscriptionVerbose = Transcription

__all__ = ["Transcription", "TranscriptionSegment", "TranscriptionVerbose", "TranscriptionWord"]
