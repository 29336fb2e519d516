// Environment variables that the operator adds for the handlers, beside those of Millrace and of Lambda.

const reserved = /^(MILLRACE_|AWS_|LAMBDA_|_|NODE_OPTIONS$)/;
const name = /^[A-Za-z]\w+$/;

/** Throws a TypeError on a name that is no name, or that Millrace or Lambda itself sets. */
export function requireOwnNames(property: string, environment: Readonly<Record<string, unknown>>) {
  for (const key of Object.keys(environment)) {
    if (reserved.test(key))
      throw new TypeError(
        `${property} may not set ${key}: Millrace and Lambda set what begins with MILLRACE_, AWS_ or LAMBDA_, and NODE_OPTIONS`,
      );
    if (!name.test(key))
      throw new TypeError(
        `${property} has names of letters, digits and "_", a letter first; got "${key}"`,
      );
  }
}
