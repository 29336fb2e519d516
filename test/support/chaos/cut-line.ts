// A connection that somebody cuts again and again. Whoever asks by it asks once more then, with the same words.
import { Client } from 'pg';
import type { Database } from '#queue/database.ts';
import { isTransient } from '#queue/routines/failure-kind.ts';
import type { TestDatabase } from '#test/support/database.ts';

export class CutLine implements Database {
  readonly #url: string;
  #client: Client | undefined;
  /** How often it was cut, or told to come again. */
  troubles = 0;

  constructor({ directUrl }: TestDatabase) {
    const url = new URL(directUrl);
    url.searchParams.set('application_name', 'cut line');
    this.#url = url.href;
  }

  /** One statement, until it is answered or refused. */
  query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.repeat(async (client) => (await client.query(text, [...parameters])).rows);
  }

  /** Several statements by one connection, from the first on until all are answered. repeats: how often that has failed before. */
  async repeat<Answer>(
    work: (client: Client, repeats: number) => Promise<Answer>,
  ): Promise<Answer> {
    for (let repeats = 0; ; repeats += 1) {
      try {
        return await work(await this.#connected(), repeats);
      } catch (error) {
        if (!isTransient(error)) throw error;
        this.troubles += 1;
        await this.close();
      }
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = new Client(this.#url);
    // The next query says so.
    client.on('error', () => {});
    await client.connect();
    this.#client = client;
    return client;
  }
}

/** Cuts one of the lines to a database, whatever it is at. */
export async function cutOne({ query }: TestDatabase): Promise<void> {
  await query(
    `select pg_terminate_backend(a.pid) from pg_stat_activity a
     where a.datname = current_database() and a.application_name = 'cut line' order by random() limit 1`,
  );
}
