// Where commands write: tables for people, JSON for programs. What a program reads is on stdout, and notes for people on stderr,
// so that neither gets into the other.
import { styleText } from 'node:util';
import { plainJson, plainLines } from './plain.ts';
import { type Column, table } from './table.ts';

type Style = Parameters<typeof styleText>[0];

export class Printer {
  readonly #isJson: boolean;

  constructor({ isJson }: { readonly isJson: boolean }) {
    this.#isJson = isJson;
  }

  /** The answer as one JSON document, or what `text` makes of it for people. */
  show(answer: unknown, text: () => string): void {
    console.log(this.#isJson ? plainJson(answer, 2) : shown(text()));
  }

  /** One of many: a line of JSON, or a line for people. */
  line(answer: unknown, text: () => string): void {
    console.log(this.#isJson ? plainJson(answer) : shown(text()));
  }

  /** For people alone. */
  note(sentence: string): void {
    if (!this.#isJson) console.error(plainLines(sentence));
  }

  /** A table, cut to the terminal; where there is none, nothing is cut. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
    const { isTTY, columns: width } = process.stdout;
    return table(rows, columns, {
      // Some terminals do not know how wide they are, and say 0.
      width: isTTY && width > 0 ? width : undefined,
      head: (text) => this.paint('bold', text),
    });
  }

  /** Coloured on a terminal, unless NO_COLOR says otherwise. */
  paint(style: Style, text: string): string {
    return styleText(style, text, { stream: process.stdout });
  }
}

const shown = (text: string) => plainLines(text, { hasColours: true });

const styles: Readonly<Record<string, Style>> = {
  done: 'green',
  ok: 'green',
  processing: 'cyan',
  relayed: 'cyan',
  dead: 'red',
  bad: 'red',
  expired: 'red',
  retry: 'yellow',
  blocked: 'yellow',
  warn: 'yellow',
  paused: 'yellow',
  cancelled: 'dim',
};

/** The style of a status or an outcome. */
export const styleOf = (word: string): Style => styles[word] ?? 'reset';
