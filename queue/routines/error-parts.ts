// What an error is made of, read so that nothing is thrown: any of it may be a getter, or the whole a proxy.

export function isError(thrown: unknown): thrown is Error {
  try {
    // An error of another realm, such as a test runner's or a sandbox's, is an instance of that one's Error.
    return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';
  } catch {
    return false;
  }
}

/** Undefined, too, when a getter or a proxy throws. */
export function property(of: object, name: string | number): unknown {
  try {
    return Reflect.get(of, name);
  } catch {
    return undefined;
  }
}

/** The first so many of the errors that an error stands for: those of an AggregateError, or the two of a SuppressedError. */
export function firstErrorsOf(error: Error, most: number): unknown[] {
  const name = property(error, 'name');
  if (name === 'SuppressedError') return [property(error, 'error'), property(error, 'suppressed')];
  const errors = property(error, 'errors');
  // By its name as well, since libraries have classes of their own for it.
  if (!Array.isArray(errors) || !(error instanceof AggregateError || name === 'AggregateError'))
    return [];
  return Array.from({ length: Math.min(errors.length, most) }, (_, n) => property(errors, n));
}
