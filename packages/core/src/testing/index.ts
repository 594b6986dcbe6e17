/** What tests, simulations and other implementations need: re-exports only. */
export {}
