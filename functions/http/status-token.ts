// Status tokens: who has enqueued a message gets one, which lets its holder ask for that message and for nothing else. They are
// signed, so that they need no table, and the check asks the database nothing.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** "mst" and the version of what stands behind it. */
const prefix = 'mst_1';
/** Of the 39 bytes that the text has as base64url, which are a whole number of its groups: one token has one spelling. */
const form = /^mst_1[\w-]{52}$/;
const secondsBytes = 5;
const idBytes = 16;
/** Of the HMAC's 32 bytes these are sent: 144 bits. */
const signatureBytes = 18;

const tokenSeconds = 24 * 60 * 60;

interface Delay {
  readonly delaySeconds?: number;
  readonly scheduledAt?: string;
}

/**
 * When the token of a message is over, in milliseconds since 1970: a day after the message may begin by the delay that it was sent
 * with. How long it waits behind others nobody knows; who sends it again under its idempotency key gets a new token.
 */
export function tokenExpiry({ delaySeconds = 0, scheduledAt }: Delay = {}): number {
  const now = Date.now();
  const beginsAt = scheduledAt === undefined ? now + delaySeconds * 1000 : Date.parse(scheduledAt);
  return Math.max(now, beginsAt) + tokenSeconds * 1000;
}

/** secret: the key that the database has for all tokens. id: the message's. expiresAt: in milliseconds since 1970. */
export function statusToken(secret: string, id: string, expiresAt: number): string {
  const signed = Buffer.alloc(secondsBytes + idBytes);
  signed.writeUIntBE(Math.ceil(expiresAt / 1000), 0, secondsBytes);
  signed.write(id.replaceAll('-', ''), secondsBytes, 'hex');
  return prefix + Buffer.concat([signed, signature(secret, signed)]).toString('base64url');
}

/** Why a token does not open a message. */
export type TokenFault = 'malformed' | 'forged' | 'foreign' | 'expired';

/** What is wrong with the token for the message with the id; undefined when it is right. now: in milliseconds since 1970. */
export function tokenFault(
  secret: string,
  token: string,
  { id, now }: { readonly id: string; readonly now: number },
): TokenFault | undefined {
  if (!form.test(token)) return 'malformed';
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
  const signed = bytes.subarray(0, secondsBytes + idBytes);
  // What the token says of itself counts only when the signature is ours.
  const isOurs = timingSafeEqual(bytes.subarray(signed.length), signature(secret, signed));
  if (!isOurs) return 'forged';
  const ofId = signed.subarray(secondsBytes).toString('hex');
  if (ofId !== id.toLowerCase().replaceAll('-', '')) return 'foreign';
  return now < signed.readUIntBE(0, secondsBytes) * 1000 ? undefined : 'expired';
}

/** The key is derived, so that the database's secret can sign other things one day without one being taken for the other. */
function signature(secret: string, signed: Uint8Array): Buffer {
  const key = createHmac('sha256', secret).update('millrace status token 1').digest();
  return createHmac('sha256', key).update(signed).digest().subarray(0, signatureBytes);
}
