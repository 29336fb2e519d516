// Connections that nobody uses at the moment. What was idle for long is not trusted: a gateway may have forgotten it, or the whole
// process was frozen meanwhile.
import type { Client } from 'pg';
import { monotonicMs } from '#queue/monotonic-ms.ts';

/** Long before any gateway or pooler gives an idle connection up, and so often a new one costs nothing. */
const trustedIdleMs = 30_000;

interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export class IdleConnections {
  /** The one that was used last is the last one. */
  #idle: { readonly client: Client; readonly since: Instant }[] = [];

  add(client: Client): void {
    this.#idle.push({ client, since: now() });
  }

  /** The one that was used last. */
  take(): Client | undefined {
    return this.#idle.pop()?.client;
  }

  takeAll(): readonly Client[] {
    return this.#idle.splice(0).map(({ client }) => client);
  }

  /** Those in front have rested longest. After a burst they would be left over for good, and each has a place at the server. */
  takeRested(): readonly Client[] {
    const trusted = this.#idle.findIndex(({ since }) => restedMs(since) <= trustedIdleMs);
    const rested = this.#idle.splice(0, trusted < 0 ? this.#idle.length : trusted);
    return rested.map(({ client }) => client);
  }

  forget(client: Client): void {
    this.#idle = this.#idle.filter((idle) => idle.client !== client);
  }
}

const now = (): Instant => ({ monotonicMs: monotonicMs(), wallMs: Date.now() });

/** By the clock that says more: where a machine was frozen with all that is in it, only the wall clock need have gone on. */
const restedMs = (since: Instant): number =>
  Math.max(monotonicMs() - since.monotonicMs, Date.now() - since.wallMs);
