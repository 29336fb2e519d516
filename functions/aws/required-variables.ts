/** The values of the named variables by their keys. Throws a TypeError that names all that are missing or empty. */
export function requiredVariables<Key extends string>(
  environment: Readonly<Record<string, string | undefined>>,
  names: Readonly<Record<Key, string>>,
): Record<Key, string> {
  const entries = Object.entries<string>(names).map(([key, name]) => [key, environment[name]]);
  const missing = Object.values<string>(names).filter((name) => !environment[name]);
  if (missing.length > 0)
    throw new TypeError(`Missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(entries);
}
