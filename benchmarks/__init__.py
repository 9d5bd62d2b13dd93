"""
What this client costs beside raw httpx, the openai package and venice-py: CPU time, peak memory, import time.

    make bench          measures all rows and writes docs/benchmarks.md
    make bench-check    measures this client and raw httpx alone, and fails where a bar is missed by half its margin

`rows` says what is measured and which bars there are, `clients` how each contestant does it, `server` answers in a
process of its own, `worker` is the process of one contestant, `measure` lets them take turns, `page` writes the table.
"""
