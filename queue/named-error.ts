/**
 * The base of the engine's errors: each has the name of its class, which stands in the class as a literal, so that logs tell
 * it in minified bundles, too.
 *
 * @example
 * ```ts
 * await drain(options).catch((error) => {
 *   if (error.name !== 'SessionUnavailable') throw error;
 * });
 * ```
 */
export abstract class NamedError extends Error {
  /** The name of the class, in bundles too. */
  static override readonly name: string = 'NamedError';
  /** The name of the class, in bundles too. */
  override readonly name: string = this.constructor.name;
}
