// The journal as a file: reading it, and writing it anew, short, at the start.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Change } from './stored-message.ts';

/**
 * A last line without an end is what a crash has left of one that nobody was told of, and is passed by. Throws an Error with the
 * file's name for a line that is whole and no change. A file that is missing is empty.
 */
export function readJournal(file: string): Change[] {
  const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const changes: Change[] = [];
  for (let start = 0, end = 0; ; start = end + 1) {
    end = content.indexOf('\n', start);
    if (end < 0) return changes;
    changes.push(...changesIn(content.subarray(start, end), { file, start }));
  }
}

function changesIn(line: Buffer, { file, start }: { file: string; start: number }): Change[] {
  try {
    return JSON.parse(line.toString());
  } catch (cause) {
    throw new Error(
      `What begins at byte ${start} of ${file} is not a line of a journal: move the file away to begin with empty queues`,
      { cause },
    );
  }
}

/** Replaces the file as a whole: after a crash it is the old one or the new one. Makes the folder when missing. */
export function writeJournal(file: string, changes: Iterable<Change>): void {
  const folder = dirname(file);
  const draft = `${file}.draft`;
  mkdirSync(folder, { recursive: true });
  const lines = Array.from(changes, (change) => `${JSON.stringify([change])}\n`);
  writeFileSync(draft, lines.join(''), { mode: 0o600, flush: true });
  renameSync(draft, file);
  synchroniseFolder(folder);
}

/** A new name is safe only when the folder is. */
function synchroniseFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
