// Whose idempotency keys a caller's are. Two callers never share them, even when their names are alike.
import { sha256 } from './api-key-form.ts';
import type { Authenticated } from './authenticated.ts';

const mostCharacters = 200;

/**
 * The kind of a caller and its identity, such as `key:shop`, as millrace.enqueue_many takes it. Sessions of one IAM role
 * are one owner: a service that repeats its call may have got another session since.
 */
export function keyOwner({ name, by }: Pick<Authenticated, 'name' | 'by'>): string {
  const identity = by === 'iam' ? name.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1') : name;
  return `${by}:${identity.length > mostCharacters ? sha256(identity) : identity}`;
}
