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
  /** What the authority has signed for the role certified, which comes with it and its password. */
  readonly certificate: string;
  readonly key: string;
  stop(): Promise<void>;
}

/** Roles that log in otherwise than by SCRAM, one that shows a certificate of its own as well, and all others. */
const rules = [
  'hostnossl all all all reject',
  'hostssl all trusted all trust',
  'hostssl all plain all password',
  'hostssl all hashed all md5',
  'hostssl all certified all scram-sha-256 clientcert=verify-full',
  'hostssl all all all scram-sha-256',
  '',
];

export async function startTlsServer(): Promise<TlsServer> {
  const folder = newFolder();
  const postgres = await startPostgres({ dataDirectory: folder, flags: { fsync: 'off' } });
  const authority = newAuthority();
  const written = {
    authority: join(folder, 'ours.pem'),
    otherAuthority: join(folder, 'others.pem'),
    certificate: join(folder, 'certified.pem'),
    key: join(folder, 'certified-key.pem'),
  };
  await writeFile(written.authority, authority.certificate);
  await writeFile(written.otherAuthority, newAuthority().certificate);
  const certified = authority.sign('certified');
  await writeFile(written.certificate, certified.certificate);
  await writeFile(written.key, certified.key, { mode: 0o600 });
  const { certificate, key } = authority.sign('localhost');
  await turnOn(postgres, join(folder, 'postgres'), {
    'server.crt': certificate,
    'server.key': key,
    'authority.crt': authority.certificate,
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
  await writeFile(join(cluster, 'pg_hba.conf'), rules.join('\n'));
  const client = new Client(url);
  await client.connect();
  const { password } = new URL(url);
  for (const role of ['trusted', 'plain', 'certified'])
    await client.query(`create role ${role} login password '${password}'`);
  await client.query(`set password_encryption = 'md5'`);
  await client.query(`create role hashed login password '${password}'`);
  await client.query('alter system set ssl = on');
  await client.query(`alter system set ssl_ca_file = 'authority.crt'`);
  await client.query('select pg_reload_conf()');
  await client.end();
}
