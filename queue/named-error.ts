/** The base of the engine's errors: each has the name of its class, which stands in the class as a literal. */
export abstract class NamedError extends Error {
  static override readonly name: string = 'NamedError';
  override readonly name: string = this.constructor.name;
}
