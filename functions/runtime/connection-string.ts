// The database's connection string: a secret, so nothing here ever logs it.
import { requireDatabaseUrl } from '#queue/database.ts';
import { readParameter } from './parameter.ts';
import type { DatabaseUrlSource } from './settings.ts';

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;

export interface ConnectionString {
  read(): Promise<string>;
  /** The next read asks for it again. */
  expire(): void;
}

/**
 * Asks for the connection string at most every five minutes, so that a rotated one is picked up without a
 * deployment. While it cannot be read again, the last one serves on.
 */
export function cachedConnectionString(source: DatabaseUrlSource): ConnectionString {
  if (source.from === 'environment') return { read: async () => source.url, expire: () => {} };
  let known: { readonly url: string; freshUntil: number } | undefined;
  let reading: Promise<string> | undefined;

  const readAgain = async () => {
    try {
      const url = await readParameter(source.name, source.access);
      known = { url, freshUntil: performance.now() + freshForMs };
      return url;
    } catch (error) {
      if (!known) throw error;
      known.freshUntil = performance.now() + retryAfterMs;
      return known.url;
    } finally {
      reading = undefined;
    }
  };
  return {
    async read() {
      if (known && performance.now() < known.freshUntil) return known.url;
      reading ??= readAgain();
      return reading;
    },
    expire() {
      if (known) known.freshUntil = 0;
    },
  };
}

/** The same database without Neon's pooler, as session-level work such as migrations needs it. */
export function withoutPooler(url: string): string {
  const direct = requireDatabaseUrl(url);
  direct.hostname = direct.hostname.replace(/^([^.]+)-pooler(?=\.|$)/, '$1');
  return direct.href;
}
