/** Appends names to a JSON pointer (RFC 6901): inside a name, "~" is written "~0" and "/" is written "~1". */
export function pointerTo(pointer: string, ...names: readonly PropertyKey[]): string {
  const escaped = names.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1'));
  return [pointer, ...escaped].join('/');
}
