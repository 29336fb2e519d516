/** Appends names to a JSON pointer (RFC 6901): "~" and "/" inside a name are written "~0" and "~1". */
export function pointerTo(pointer: string, ...names: readonly PropertyKey[]): string {
  const escaped = names.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1'));
  return [pointer, ...escaped].join('/');
}
