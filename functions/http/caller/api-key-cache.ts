// What this container remembers of API keys, so that a request of a known caller seldom costs a query for the key, and
// so that nobody who tries keys keeps the database busy, or others out.
import type { ApiKey } from '#queue/operate/api-keys.ts';
import { sha256 } from './api-key-form.ts';
import { lastingMap } from './lasting-map.ts';

export type KeyAnswer = ApiKey | 'unknown' | 'too-many-unknown';

/** A presented key, and the network that it came from. */
interface Presented {
  readonly secret: string;
  readonly network: string;
}

/** Also how long a key that was revoked or has expired may still be taken: SECURITY.md promises this. */
const rememberMs = 5_000;
// A container serves one request after the other, and so no more callers than this within those seconds.
const mostKeys = 1_000;
const mostUnknown = 1_000;
const mostNetworks = 10_000;
/** So many unknown keys from one network are looked up within five seconds. */
const mostUnknownOfNetwork = 20;

/** Remembers known and unknown keys for 5 seconds, under the SHA-256 of the secret, never the secret. */
export function createApiKeyCache(): (
  presented: Presented,
  find: (secretHash: string) => Promise<ApiKey | undefined>,
) => Promise<KeyAnswer> {
  const known = lastingMap<ApiKey>(mostKeys, rememberMs);
  const unknown = lastingMap<'unknown'>(mostUnknown, rememberMs);
  const budget = unknownKeyBudget();
  return async ({ secret, network }, find) => {
    const secretHash = sha256(secret);
    const before = known.get(secretHash);
    const remembered = [before, unknown.get(secretHash)].find((entry) => entry && !entry.isOver);
    if (remembered) return remembered.value;
    // Who was known a moment ago is let through, whatever others in the same network try.
    if (!before && budget.isSpent(network)) return 'too-many-unknown';
    const key = await find(secretHash);
    if (key) {
      known.set(secretHash, key);
      return key;
    }
    known.delete(secretHash);
    unknown.set(secretHash, 'unknown');
    budget.spend(network);
    return 'unknown';
  };
}

/**
 * One budget for each network, and none that strangers share. With more networks than are counted, the one that began
 * first is forgotten, and may try again: so many never keep anybody else out.
 */
function unknownKeyBudget() {
  const windows = lastingMap<{ tried: number }>(mostNetworks, rememberMs);
  const current = (network: string) => {
    const window = windows.get(network);
    return window && !window.isOver ? window.value : undefined;
  };
  return {
    isSpent: (network: string) => (current(network)?.tried ?? 0) >= mostUnknownOfNetwork,
    spend(network: string): void {
      const window = current(network);
      if (window) window.tried += 1;
      else windows.set(network, { tried: 1 });
    },
  };
}
