// One execution environment of Lambda's: a process that holds one copy of a function, is frozen between invocations, and is
// killed when an invocation's time is up.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arnOf, type DeployedFunction, environmentOf } from './deployed-function.ts';
import { type FunctionError, type RuntimeApi, startRuntimeApi, type Word } from './runtime-api.ts';

/** How an invocation ended, as Lambda's own API would tell it. */
export type Outcome =
  | { readonly answer: unknown }
  | { readonly error: FunctionError }
  /** The process was killed because its time was up, or has ended by itself. */
  | { readonly ended: 'timed out' | number | string };

export interface SandboxOptions {
  /** What is different from Lambda's own environment, such as credentials and endpoints. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The version that was invoked. Default $LATEST. */
  readonly version?: string;
  /** Instead of the template's. */
  readonly timeoutMs?: number;
}

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');

export class Sandbox {
  readonly #function: DeployedFunction;
  readonly #timeoutMs: number;
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #words: Words;
  readonly #exit: Promise<number | string>;
  #output = '';
  #isTimedOut = false;

  private constructor(
    deployed: DeployedFunction,
    options: SandboxOptions,
    runtime: { readonly api: RuntimeApi; readonly words: Words },
  ) {
    this.#function = deployed;
    this.#timeoutMs = options.timeoutMs ?? deployed.properties.Timeout * 1_000;
    this.#api = runtime.api;
    this.#words = runtime.words;
    this.#process = start(deployed, options, runtime.api);
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    this.#exit = once(this.#process, 'close').then(([code, signal]) => {
      this.#api.close();
      return code ?? signal;
    });
  }

  /** Spawns the process and returns at once; the first invocation waits for its init. */
  static async start(deployed: DeployedFunction, options: SandboxOptions = {}): Promise<Sandbox> {
    const words = new Words();
    const api = await startRuntimeApi((word) => words.say(word));
    return new Sandbox(deployed, options, { api, words });
  }

  get processId(): number {
    return this.#process.pid ?? 0;
  }

  /** What it has written to its log: JSON objects of a line each, whatever else it printed left out. */
  get log(): Record<string, unknown>[] {
    const lines = this.#output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line));
  }

  get output(): string {
    return this.#output;
  }

  /** Waits for the init, thaws the process, gives it the event, and freezes it when it has answered. */
  async invoke(event: unknown): Promise<Outcome> {
    const initial = await this.#hear();
    if ('ended' in initial) return initial;
    if (initial.is !== 'ready') return this.#ending(initial);
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.timeOut(), this.#timeoutMs);
    this.#api.give(this.#headers(), event);
    const word = await this.#hear();
    clearTimeout(timer);
    if ('ended' in word) return this.#isTimedOut ? { ended: 'timed out' } : word;
    // It asks for the next invocation before it is frozen.
    if ((await this.#words.peek(this.#exit)) === 'ready') this.signal('SIGSTOP');
    return this.#ending(word);
  }

  /** The invocation's time is up, now: Lambda kills the process without a word. */
  timeOut(): void {
    this.#isTimedOut = true;
    this.signal('SIGKILL');
  }

  /** To a process that still runs. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends the process whatever it does, and waits for its end. */
  async stop(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exit;
  }

  /** Of the whole process, in bytes. On Linux only. */
  async memoryBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.processId}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
  }

  #hear(): Promise<Word | { ended: number | string }> {
    return Promise.race([this.#words.next(), this.#exit.then((ended) => ({ ended }))]);
  }

  #ending(word: Word): Outcome {
    if (word.is === 'answer') return { answer: word.value };
    if (word.is === 'ready')
      throw new Error('The process asks for an event before it has answered');
    return { error: word.error };
  }

  #headers(): Record<string, string> {
    return {
      'lambda-runtime-aws-request-id': randomUUID(),
      'lambda-runtime-deadline-ms': String(Date.now() + this.#timeoutMs),
      'lambda-runtime-invoked-function-arn': arnOf(this.#function.name),
      'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1_000).toString(16)}-0123456789abcdef01234567;Sampled=0`,
    };
  }
}

/** What the process has said and nobody has heard yet. */
class Words {
  readonly #said: Word[] = [];
  #waiting: (() => void) | undefined;

  say(word: Word): void {
    this.#said.push(word);
    this.#waiting?.();
  }

  async next(): Promise<Word> {
    await this.#some();
    return this.#said.shift() as Word;
  }

  /** The kind of the next word, which stays to be heard; undefined when the process ends instead. */
  async peek(end: Promise<unknown>): Promise<Word['is'] | undefined> {
    await Promise.race([this.#some(), end]);
    return this.#said[0]?.is;
  }

  async #some(): Promise<void> {
    while (this.#said.length === 0)
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
  }
}

/**
 * Lambda limits the whole process; here it is the heap of JavaScript objects, to the nine tenths of the memory that are left to
 * it there. What is outside of it, such as buffers, is not limited.
 */
function start(
  deployed: DeployedFunction,
  { environment = {}, version = '$LATEST' }: SandboxOptions,
  api: RuntimeApi,
): ChildProcess {
  const heapMb = Math.floor(deployed.properties.MemorySize * 0.9);
  return spawn(process.execPath, [`--max-old-space-size=${heapMb}`, bootstrap], {
    cwd: deployed.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of this process's own environment.
    env: {
      ...environmentOf(deployed, version),
      AWS_LAMBDA_RUNTIME_API: api.address,
      ...environment,
    },
  });
}
