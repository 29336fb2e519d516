// API keys as this container remembers them, so that a call costs no look-up in the steady state.
import { createHash } from 'node:crypto';
import type { ApiKey } from '#queue/operate/api-keys.ts';

type KeyAnswer = ApiKey | 'unknown' | 'too-many-unknown';

const rememberMs = 60_000;
const rememberUnknownMs = 5_000;
const mostKeys = 1_000;
// Also the number of unknown keys that are looked up in five seconds: guessing cannot wear the database out.
const mostUnknown = 100;

/** Remembers keys for a minute and unknown ones for 5 s, by the SHA-256 of their secret, never the secret. */
export function createApiKeyCache(): (
  secret: string,
  find: (secretHash: string) => Promise<ApiKey | undefined>,
) => Promise<KeyAnswer> {
  const known = expiringMap<ApiKey>(rememberMs);
  const unknown = expiringMap<'unknown'>(rememberUnknownMs);
  return async (secret, find) => {
    const secretHash = createHash('sha256').update(secret).digest('hex');
    const remembered = known.get(secretHash) ?? unknown.get(secretHash);
    if (remembered) return remembered;
    if (unknown.size() >= mostUnknown) return 'too-many-unknown';
    const key = await find(secretHash);
    if (key && known.size() < mostKeys) known.set(secretHash, key);
    if (!key) unknown.set(secretHash, 'unknown');
    return key ?? 'unknown';
  };
}

function expiringMap<Value>(lifetimeMs: number) {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  const isLive = (until: number) => performance.now() < until;
  return {
    get(name: string): Value | undefined {
      const entry = entries.get(name);
      return entry && isLive(entry.until) ? entry.value : undefined;
    },
    set(name: string, value: Value): void {
      entries.delete(name);
      entries.set(name, { value, until: performance.now() + lifetimeMs });
    },
    // Entries stand in the order in which they expire, so the walk ends at the first live one.
    size(): number {
      for (const [name, { until }] of entries) {
        if (isLive(until)) break;
        entries.delete(name);
      }
      return entries.size;
    },
  };
}
