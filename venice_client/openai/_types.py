"""Names of `openai._types`, which older programs import from there."""

from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.sentinel import Unset as NotGiven

NOT_GIVEN = not_given = omit = UNSET
Omit = NotGiven
