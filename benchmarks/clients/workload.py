"""What every contestant requests, so that all do the same work."""

from __future__ import annotations

from typing import Any, Final

KEY: Final = "benchmark-key"
MODEL: Final = "llama-3.3-70b"
MESSAGES: Final[list[Any]] = [
    {"role": "system", "content": "You answer in few words."},
    {"role": "user", "content": "What is a sunset? " * 10},
]
TEXTS: Final = [f"Text number {number}, of a few words." for number in range(64)]
EMBEDDER: Final = "text-embedding-bge-m3"
PROMPT: Final = "make the sky a sunset"
TEMPERATURE: Final = 0.5
AT_ONCE: Final = 64
STREAMS_AT_ONCE: Final = 8
_ASK: Final = "model='llama-3.3-70b', messages=[{'role': 'user', 'content': 'Hi'}]"
PROGRAMS: Final[dict[str, dict[str, str]]] = {
    "start": {
        "raw httpx": "import httpx",
        "venice-client": "from venice_client import Venice; Venice('k')",
        "openai": "import openai; openai.OpenAI(api_key='k')",
        "venice-py": "from venice_ai import VeniceClient; VeniceClient(api_key='k')",
    },
    "first": {
        "raw httpx": (
            f"import httpx; answer = httpx.post('URL/chat/completions', json=dict({_ASK})).json();"
            "answer['choices'][0]['message']['content']"
        ),
        "venice-client": (
            f"from venice_client import Venice; answer = Venice('k', base_url='URL').chat.completions.create({_ASK});"
            "answer.choices[0].message.content"
        ),
        "openai": (
            f"from openai import OpenAI; answer = OpenAI(api_key='k', base_url='URL').chat.completions.create({_ASK});"
            "answer.choices[0].message.content"
        ),
    },
}
"""What a program does first, by row and contestant; URL stands for the server's."""
