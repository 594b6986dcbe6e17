/** What the module's options are injected by. */

/** Token of {@link SpillwayOptions}. */
export const optionsToken: unique symbol = Symbol('SPILLWAY_OPTIONS')
