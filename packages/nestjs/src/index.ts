/** The whole public surface of this entry: re-exports only. */
