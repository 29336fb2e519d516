// The form of an API key, which millrace.new_api_key gives it: what a key of ours cannot be is told without the database.
import { createHash } from 'node:crypto';

const form = /^(mr_[\da-f]{64})([\da-f]{8})$/;

/** Whether a secret may be an API key: prefix, length and checksum are right. Whether it is one, the database knows. */
export function isKeyForm(secret: string): boolean {
  const [, body = '', checksum] = form.exec(secret) ?? [];
  return checksum === sha256(body).slice(0, 8);
}

/** In lower-case hex, as the database keeps it of a key. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
