"""Linux: structures, filter, launch, listener, memory, processes. Knows nothing of the rest of the project."""
