// The demo's progress: rewritten in place on a terminal, a line each time where it goes into a file.
import type { QueueProgress } from './demo-outcomes.ts';

const columns = ['pending', 'processing', 'done', 'dead'] as const;
const width = 12;

export class DemoScreen {
  readonly #output: NodeJS.WriteStream;
  #lines = 0;
  #last = '';

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  show(queues: readonly QueueProgress[]): void {
    const text = this.#output.isTTY ? table(queues) : line(queues);
    if (text === this.#last) return;
    this.#last = text;
    if (this.#output.isTTY && this.#lines > 0) this.#output.write(`\x1b[${this.#lines}A\x1b[J`);
    this.#lines = text.split('\n').length - 1;
    this.#output.write(text);
  }
}

function table(queues: readonly QueueProgress[]): string {
  const head = ['queue', ...columns].map((name) => name.padStart(width)).join('');
  const rows = queues.map((row) =>
    [row.queue, ...columns.map((name) => row[name])]
      .map((cell) => String(cell).padStart(width))
      .join(''),
  );
  return `${[head, ...rows].join('\n')}\n`;
}

const line = (queues: readonly QueueProgress[]): string =>
  `${queues.map((row) => `${row.queue} ${row.done}/${row.done + row.dead + row.pending + row.processing}`).join('  ')}\n`;
