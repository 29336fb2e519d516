// A connection over TCP, by the driver pg.
import { Client } from 'pg';
import { requireDatabaseUrl } from '#queue/database.ts';
import { typeParser } from '#queue/type-parsers.ts';

/** Longer than a server that is awake needs for TCP, TLS and SCRAM. */
const connectMs = 10_000;

/** A connection that carries nothing for so long asks the other side, before a gateway forgets it: AWS's do after 350 seconds. */
const keepAliveMs = 60_000;

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** What libpq knows besides disable, and pg's own no-verify: all of these are to be TLS with a server that proves who it is. */
const verified = ['allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Node's and OpenSSL's names of certificates that prove nothing. */
const certificateCode = /CERT|ISSUER|SIGNATURE|^ERR_TLS/;

/** Throws a TypeError when the URL is malformed, and the driver's error when the server cannot be reached or refuses the login. */
export async function connect(url: string): Promise<Client> {
  const client = clientFor(url);
  await client.connect().catch((error: unknown) => {
    client.end().catch(() => {});
    throw explained(error);
  });
  return client;
}

function clientFor(url: string): Client {
  const client = new Client({
    connectionString: withTls(requireDatabaseUrl(url)).href,
    application_name: 'millrace',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    types: { getTypeParser: typeParser },
  });
  // An error event without a listener ends the process. A connection that dies between statements is reported by the
  // next statement.
  client.on('error', () => {});
  return client;
}

/**
 * Says outright what this release of pg takes `require` and its like for, since another may verify nothing then. Without a word about
 * it the connection is encrypted as well, unless it stays on this machine: secrets of RDS have no place for that word.
 */
function withTls(url: URL): URL {
  const { hostname, searchParams } = url;
  const mode = searchParams.get('sslmode');
  const isSaid = ['ssl', 'uselibpqcompat'].some((name) => searchParams.has(name));
  const isVerified = mode === null ? !loopback.includes(hostname) : verified.includes(mode);
  if (isVerified && !isSaid) searchParams.set('sslmode', 'verify-full');
  return url;
}

/** What TLS fails with says nothing of what to do. */
function explained(error: unknown): unknown {
  const { code, message } = Object(error);
  if (message === 'The server does not support SSL connections')
    return tlsFailed('the server has none; for a plain connection say sslmode=disable', error);
  return certificateCode.test(code)
    ? tlsFailed(`${message}; see sslrootcert and NODE_EXTRA_CA_CERTS`, error)
    : error;
}

/** With the SQLSTATE that a server answers who comes without TLS: it is the connection string that has to change. */
const tlsFailed = (why: string, cause: unknown): Error =>
  Object.assign(new Error(`TLS failed: ${why}`, { cause }), { code: '28000' });
