"""`images.map`: the same work on many pictures. What a call needs is imported when it is made."""

from venice_client.batch.resource import AsyncManyPictures, ManyPictures

__all__ = ["AsyncManyPictures", "ManyPictures"]
