// Random bytes are drawn for 256 ids at once: a draw for each would cost more than all the rest of making a message.
const pool = Buffer.alloc(10 * 256);
let used = pool.length;

/**
 * A version 7 uuid (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits. Ids of one time stand together in an
 * index, and messages are partitioned by them.
 */
export function uuidV7(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const time = Date.now().toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random.charAt(3), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
