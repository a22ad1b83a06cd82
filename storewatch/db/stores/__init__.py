"""The parts of the store, by what they write: sources and polls, the frontier, results, runs."""
