/**
 * Throws the TypeError of what is declared, called or configured otherwise than documented. The sentence says what was
 * expected and what was given. In one place, so that bundles do not spell it out for each rule.
 */
export function misuse(sentence: string, options?: ErrorOptions): never {
  throw new TypeError(sentence, options);
}

/** Runs checks, and says of what they find where it is. */
export function checkedAt<Value>(where: (sentence: string) => string, check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    misuse(where(error.message), { cause: error });
  }
}
