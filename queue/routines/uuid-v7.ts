// Random bytes are drawn and written as text for 256 ids at once: a draw for each would cost more than all the rest of making
// a message.
const bytesOfId = 8;
const pool = new Uint8Array(bytesOfId * 256);
let random = '';
let used = 0;

let time = -1;
let timeText = '';
let count = 0;

/**
 * A version 7 uuid (RFC 9562): 48 bits of Unix milliseconds, 12 that count the ids of the millisecond, and 62 random bits. Ids
 * of one time stand together in an index, and messages are partitioned by them; ids of one process ascend, so that what is
 * enqueued together is claimed in its order.
 */
export function uuidV7(): string {
  if (used === random.length) draw();
  const variant = random.slice(used, used + 4);
  const node = random.slice(used + 4, used + 16);
  used += 2 * bytesOfId;
  const place = counted();
  return `${timeText}${place}-${variant}-${node}`;
}

/** Draws random bytes for more ids, each with the variant of RFC 9562 in its first two bits. */
function draw(): void {
  crypto.getRandomValues(pool);
  for (let first = 0; first < pool.length; first += bytesOfId)
    pool[first] = ((pool[first] ?? 0) & 0x3f) | 0x80;
  random = Buffer.from(pool.buffer).toString('hex');
  used = 0;
}

/** Three hex digits, after bringing the text of the time up to date. */
function counted(): string {
  const now = Date.now();
  count = now === time ? (count + 1) & 0xfff : 0;
  if (now !== time) {
    time = now;
    const digits = now.toString(16).padStart(12, '0');
    timeText = `${digits.slice(0, 8)}-${digits.slice(8)}-7`;
  }
  return count.toString(16).padStart(3, '0');
}
