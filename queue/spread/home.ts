// Where a group or an idempotency key is at home, of several databases. millrace.home says the same in SQL, where it decides; here
// it is to ask the right database first.
import { createHash } from 'node:crypto';

/**
 * The number, from 0, of the database that a key is at home in: the one whose number and the key have the greatest hash together
 * (the highest random weight). With one database more, only those keys move that the new one has won.
 */
export function home(key: string, databases: number): number {
  let greatest = '';
  let number = 0;
  for (let candidate = 0; candidate < databases; candidate += 1) {
    const weight = createHash('md5').update(`${candidate}:${key}`).digest('hex');
    if (weight > greatest) {
      greatest = weight;
      number = candidate;
    }
  }
  return number;
}
