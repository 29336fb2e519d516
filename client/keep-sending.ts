// When an outbox sends: one place decides, so that being woken, failing and coming back cannot start it twice.
import { waitBefore } from './pause.ts';
import { MillraceProblem } from './problem.ts';
import { inOneTab, pauseUnlessOnline, report } from './tabs.ts';

interface Sender {
  /** Of the outbox: no two senders of one name are at work at once. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/** Runs it now, whenever it is woken, and again when it has failed: after a while, or when the network is back. */
export function keepSending(
  send: (onDone: () => void) => Promise<void>,
  { name, signal }: Sender,
): { wake(): void } {
  let isWanted = false;
  let isRunning = false;
  async function run(): Promise<void> {
    let failures = 0;
    const onDone = () => {
      failures = 0;
    };
    while (isWanted && !signal.aborted) {
      isWanted = false;
      try {
        await inOneTab(`millrace-outbox-${name}`, signal, () => send(onDone));
      } catch (error) {
        isWanted = true;
        const problem = error instanceof MillraceProblem ? error : undefined;
        if (!problem && !signal.aborted) report(error);
        failures += 1;
        await pauseUnlessOnline(waitBefore(failures, problem?.retryAfterSeconds), signal);
      }
    }
    isRunning = false;
  }
  const wake = () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    void run();
  };
  wake();
  return { wake };
}
