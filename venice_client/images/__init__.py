"""Pictures: any form as input, results that can be saved, shown and passed to another call."""
