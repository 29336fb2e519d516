// What this container remembers of API keys, so that a request of a known caller costs no query for the key.
import { createHash } from 'node:crypto';
import type { ApiKey } from '#queue/operate/api-keys.ts';

type KeyAnswer = ApiKey | 'unknown' | 'too-many-unknown';

const rememberMs = 60_000;
const rememberUnknownMs = 5_000;
const mostKeys = 1_000;
// This is at the same time how many unknown keys are looked up within five seconds, so that somebody who guesses keys
// cannot keep the database busy.
const mostUnknown = 100;

/**
 * Remembers known keys for a minute and unknown ones for 5 seconds, under the SHA-256 of the secret, never the secret.
 */
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
    // All entries live equally long, so they stand in the order in which they expire, and the walk can end at the first
    // that is alive.
    size(): number {
      for (const [name, { until }] of entries) {
        if (isLive(until)) break;
        entries.delete(name);
      }
      return entries.size;
    },
  };
}
