/**
 * Compile-time configuration. Each package adds its own options to `Config` by module augmentation, named as their
 * Kconfig symbols, and the compiler replaces every use by the configured constant, so that dead branches vanish.
 */

/** Every option of every package of the program. */
export interface Config {
  /** Checks for programming errors that are too dear for release builds (poisoning, lock order). */
  readonly DEBUG: boolean;
}

/** The values chosen for this build. */
export declare const config: Config;
