"""
A piece of music, ordered in one step and fetched in another: python examples/music.py [PROMPT] [FILE]

Between the two the program may end: all that the second step needs is the resume file. VENICE_API_KEY is the key,
VENICE_MUSIC_MODEL the model.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from venice_client import AsyncVenice

MODEL = "elevenlabs-music"


async def main(prompt: str = "calm piano, rain on a window", file: str = "music.mp3") -> None:
    resume_file = Path(file).with_suffix(".order.json")
    async with AsyncVenice() as venice:
        if not resume_file.exists():
            model = os.environ.get("VENICE_MUSIC_MODEL", MODEL)
            job = await venice.audio.submit(model=model, prompt=prompt, resume_file=resume_file)
            print(f"Ordered: {job.queue_id}")
        job = venice.audio.resume(resume_file)
        print(f"It is {(await job.status()).status.lower()}.")
        saved = await job.save(file)
    print(f"Saved: {saved}, {saved.stat().st_size:,} bytes.")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
