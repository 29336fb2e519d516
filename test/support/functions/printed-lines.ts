import { vi } from 'vitest';

/** Everything that is printed while the work runs, line by line, instead of being printed. */
export async function printedLines(work: () => Promise<unknown>): Promise<string[]> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await work();
    return write.mock.calls.flatMap(([text]) => String(text).split('\n')).filter((line) => line);
  } finally {
    write.mockRestore();
  }
}
