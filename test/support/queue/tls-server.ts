// A Postgres with a certificate, which takes nobody without TLS.
import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '#local/postgres/postgres.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { newAuthority } from './certificates.ts';

export interface TlsServer {
  /** By the name that the certificate has. */
  readonly url: URL;
  /** Of who has signed its certificate, and of somebody else. */
  readonly authority: string;
  readonly otherAuthority: string;
  stop(): Promise<void>;
}

export async function startTlsServer(): Promise<TlsServer> {
  const folder = newFolder();
  const postgres = await startPostgres({ dataDirectory: folder, flags: { fsync: 'off' } });
  const authority = newAuthority();
  const written = {
    authority: join(folder, 'ours.pem'),
    otherAuthority: join(folder, 'others.pem'),
  };
  await writeFile(written.authority, authority.certificate);
  await writeFile(written.otherAuthority, newAuthority().certificate);
  const { certificate, key } = authority.sign('localhost');
  await turnOn(postgres, join(folder, 'postgres'), {
    'server.crt': certificate,
    'server.key': key,
  });
  const url = new URL(postgres.url);
  url.hostname = 'localhost';
  return {
    url,
    ...written,
    async stop() {
      await postgres.stop();
      await removeFolder(folder);
    },
  };
}

async function turnOn(
  { url }: Postgres,
  cluster: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { uid, gid } = await stat(cluster);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(cluster, name), text, { mode: 0o600 });
    await chown(join(cluster, name), uid, gid);
  }
  const rules = ['hostnossl all all all reject', 'hostssl all all all scram-sha-256', ''];
  await writeFile(join(cluster, 'pg_hba.conf'), rules.join('\n'));
  const client = new Client(url);
  await client.connect();
  await client.query('alter system set ssl = on');
  await client.query('select pg_reload_conf()');
  await client.end();
}
