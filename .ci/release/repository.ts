// What the history and the files say of the releases before.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** Runs git and answers what it prints. Throws when it fails. */
export function git(...words: string[]): string {
  return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** The tag of the newest release in this history; undefined before the first. */
export function previousTag(): string | undefined {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match=v[0-9]*');
  } catch {
    return undefined;
  }
}

/** The number of the newest table file, such as "0023". */
export function newestTable(): string {
  const numbers = readdirSync('migrations/tables').flatMap((name) => /^\d+/.exec(name) ?? []);
  return numbers.sort().at(-1) ?? '';
}
