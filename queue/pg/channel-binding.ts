// Binding a login to the connection that it comes by, so that its password proves nothing to anybody who stands between, whatever
// certificate that one shows. The driver does so where the server offers it; here is what channel_binding in the connection string
// says of it.
import type { Client } from 'pg';
import { connectionRefused } from './tls.ts';

// What the driver's types leave out.
declare module 'pg' {
  interface Client {
    enableChannelBinding: boolean;
  }
}

/** Of the ways to log in, the only one that is bound. */
const bound = 'SCRAM-SHA-256-PLUS';

/** For a client that is not connected yet. */
export function bindChannel(client: Client, word: string | null): void {
  client.enableChannelBinding = client.ssl && word !== 'disable';
  if (word === 'require') requireBound(client);
}

/**
 * Breaks off whatever other login the server asks for, before a password is sent: the driver would go along with any. These listeners
 * are asked before the driver's own, which it adds when it connects.
 */
function requireBound({ connection }: Client): void {
  let hasProven = false;
  const refuse = () => {
    // At once, since the driver may find in the same packet that it is logged in.
    connection.emit('error', connectionRefused(refusal));
    connection.stream.destroy();
  };
  connection.on('authenticationCleartextPassword', refuse);
  connection.on('authenticationMD5Password', refuse);
  connection.on('authenticationSASL', ({ mechanisms }: { mechanisms: readonly string[] }) => {
    if (!mechanisms.includes(bound)) refuse();
  });
  // The server's proof, which the driver checks, that it knows the password and sees the same connection.
  connection.on('authenticationSASLFinal', () => {
    hasProven = true;
  });
  connection.on('authenticationOk', () => {
    if (!hasProven) refuse();
  });
}

const refusal =
  'The connection string says channel_binding=require, and the server does not offer it. Postgres does for passwords by SCRAM ' +
  'over TLS; a pooler in front of it may not.';
