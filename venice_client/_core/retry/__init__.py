"""Whether and when a call is sent again: the table of retries, waits, and the count of failures of a client."""
