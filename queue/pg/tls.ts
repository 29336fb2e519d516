// Which connections are encrypted and whom they believe, from the words of the connection string; and what is said when they do not.

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** What libpq knows besides disable, and pg's own no-verify: all of these are to be TLS with a server that proves who it is. */
const verified = ['allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Node's and OpenSSL's names of certificates that prove nothing, and of two sides that find no words in common. */
const certificateCode = /CERT|ISSUER|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/**
 * Says outright what this release of pg takes `require` and its like for, since another may verify nothing then. Without a word about
 * it the connection is encrypted as well, unless it stays on this machine: secrets of RDS have no place for that word.
 */
export function withTls(url: URL): URL {
  const { hostname, searchParams } = url;
  const mode = searchParams.get('sslmode');
  const isSaid = ['ssl', 'uselibpqcompat'].some((name) => searchParams.has(name));
  const isVerified = mode === null ? !loopback.includes(hostname) : verified.includes(mode);
  if (isVerified && !isSaid) searchParams.set('sslmode', 'verify-full');
  return url;
}

/** What TLS fails with says nothing of what to do. */
export function explained(error: unknown): unknown {
  const { code, message } = Object(error);
  if (message === 'The server does not support SSL connections')
    return tlsFailed('the server has none; for a plain connection say sslmode=disable', error);
  return certificateCode.test(code)
    ? tlsFailed(`${message}; see sslrootcert and NODE_EXTRA_CA_CERTS`, error)
    : error;
}

export const tlsFailed = (why: string, cause: unknown): Error =>
  connectionRefused(`TLS failed: ${why}`, cause);

/** With the SQLSTATE that a server answers who comes without TLS: it is the connection string that has to change. */
export const connectionRefused = (why: string, cause?: unknown): Error =>
  Object.assign(new Error(why, { cause }), { code: '28000' });
