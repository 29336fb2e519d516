// Ctrl-C, for work that comes to an orderly end.
import { exitCodes } from '#cli/failure.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;
/** One Ctrl-C may arrive twice: from the terminal, and from npm, which passes it on. */
const echoMs = 400;

/** The first signal asks to stop; a second one ends the process at once. */
export class Interruption implements Disposable {
  #askedAt: number | undefined;
  readonly #controller = new AbortController();

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  constructor() {
    for (const signal of signals) process.on(signal, this.#ask);
  }

  /** On the clock of performance.now(); undefined while nobody has asked. */
  get askedAt(): number | undefined {
    return this.#askedAt;
  }

  get isAsked(): boolean {
    return this.#askedAt !== undefined;
  }

  readonly #ask = (): void => {
    this.#askedAt ??= performance.now();
    this.#controller.abort();
    if (performance.now() - this.#askedAt > echoMs) process.exit(exitCodes.interrupted);
  };

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#ask);
  }
}
