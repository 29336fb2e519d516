// What somebody has to mend before the database can be used is the same for every request and tick. It is told once, as an
// error with what to do about it, and not in a line for each of them.
import type { Log } from '#queue/log.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';
import { howToMigrate } from '#queue/schema-needed.ts';
import { ConnectionStringUnavailable } from './connection-string-unavailable.ts';
import { errorAttributes } from './error-attributes.ts';
import { kindOfFailure } from './kind-of-failure.ts';

/** Logs a fault of the configuration, once for each cause, and answers whether it is one. */
export type LogMisconfiguration = (error: unknown) => boolean;

export function misconfigurationLog(log: Log): LogMisconfiguration {
  const told = new Set<string>();
  return (error) => {
    const kind = kindOfFailure(error);
    if (kind !== 'misconfigured' && kind !== 'unmigrated') return false;
    const attributes = errorAttributes(error);
    const cause = JSON.stringify(attributes);
    if (!told.has(cause)) log.error(`database-${kind}`, { error: attributes, todo: todo(error) });
    told.add(cause);
    return true;
  };
}

function todo(error: unknown): string {
  if (error instanceof ConnectionStringUnavailable) return readable(error);
  if (kindOfFailure(error) === 'unmigrated') return howToMigrate;
  const code = errorCode(error);
  if (code === '42501') return 'give the login of the connection string the role that it needs';
  const missing = code === '3D000' ? 'a database that exists' : 'a login that the database accepts';
  return `store a connection string with ${missing}`;
}

function readable({ reason }: ConnectionStringUnavailable): string {
  if (/NotFound/.test(reason)) return 'store the connection string there, or name its real place';
  if (/AccessDenied|KMS|Decrypt/i.test(reason))
    return 'allow the role of the function to read it, and to decrypt it with its key';
  if (/^\w+$/.test(reason)) return 'mend what AWS refuses';
  return 'store the connection string in one of these forms';
}
