// A Postgres of a test's own, for what no other test may suffer from, with a database that a drain uses through an
// endpoint of its own.
import { Client } from 'pg';
import { type NeonEndpoint, startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import { type Postgres, startPostgres } from '#local/postgres/postgres.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { testedDriver } from '#test/support/tested-driver.ts';

const database = 'queue';
const ofTheTest = 'test';
const flags = { fsync: 'off', max_connections: '20', checkpoint_timeout: '1h' };

export class OwnServer {
  readonly folder: string;
  readonly #endpoint: NeonEndpoint;
  readonly #clients = new Set<Client>();
  #postgres: Postgres;

  private constructor(folder: string, postgres: Postgres, endpoint: NeonEndpoint) {
    this.folder = folder;
    this.#postgres = postgres;
    this.#endpoint = endpoint;
  }

  static async start(): Promise<OwnServer> {
    const folder = newFolder();
    const postgres = await startPostgres({ dataDirectory: folder, flags });
    const server = new OwnServer(
      folder,
      postgres,
      await startNeonEndpoint({ postgresPort: postgres.port }),
    );
    const client = await server.connect('postgres');
    await client.query(`create database ${database}`);
    await client.end();
    return server;
  }

  /** For the driver that is tested. */
  get url(): string {
    const { url } = this.#postgres;
    const own = testedDriver === 'pg' ? url : this.#endpoint.urlFor(url);
    return own.replace(/\/postgres$/, `/${database}`);
  }

  /** On a connection that goes by none of the limits that a test sets. */
  async connect(name = database): Promise<Client> {
    const { url } = this.#postgres;
    const client = new Client(url.replace(/\/postgres$/, `/${name}`));
    // The test may cut it.
    client.on('error', () => {});
    await client.connect();
    this.#clients.add(client);
    client.once('end', () => this.#clients.delete(client));
    await client.query(
      `set default_transaction_read_only = off; set statement_timeout = 0; set lock_timeout = 0;
       set application_name = '${ofTheTest}'`,
    );
    return client;
  }

  /** Cuts all connections but those of the test itself; answers how many. */
  async cutConnections(client: Client): Promise<number> {
    const { rows } = await client.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where backend_type = 'client backend' and application_name <> '${ofTheTest}'`,
    );
    return rows.length;
  }

  /** Starts again on the same folder and port, once something was done there. */
  async restart(change: (folder: string) => Promise<void>): Promise<void> {
    const { port } = this.#postgres;
    await this.#postgres.stop();
    await change(this.folder);
    this.#postgres = await startPostgres({ dataDirectory: this.folder, port, flags });
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#clients, (client) => client.end()));
    await this.#endpoint.stop();
    await this.#postgres.stop();
    await removeFolder(this.folder);
  }
}
