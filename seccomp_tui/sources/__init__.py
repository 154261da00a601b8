"""Where a listener comes from: here, a program that we launch ourselves."""
