// What names a chord, or a request that adds to one, before its first try: by it a repeat is told from another call.

/** Of this moment, by this machine's clock. */
export function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
