// Millrace by its HTTP API.
import { Failure, kindOfStatus } from '#cli/failure.ts';
import { type Client, createClient } from '#client/client.ts';
import type { Enqueued } from '#client/message-answers.ts';
import type { AnyMessages, ChordMessageOf } from '#client/message-to-send.ts';
import { withMovedPointers } from '#client/moved-pointers.ts';
import { createOperations } from '#client/operate.ts';
import { MillraceProblem } from '#client/problem.ts';
import type { Reach } from './reach.ts';

/** For how long a person waits for an API that does not answer. */
const patienceSeconds = 5;

interface Place {
  /** Without the /v1. */
  readonly url: string;
  /** An API key, or a JWT where the API takes one; undefined where nothing says one. */
  readonly key: string | undefined;
}

export function overHttp({ url, key }: Place): Reach {
  const options = { url, patienceSeconds, ...(key !== undefined && { key }) };
  const client = createClient(options);
  return {
    url,
    operations: createOperations(options),
    async enqueue({ type, payload, chordId, ...more }) {
      const { statusToken: _, ...enqueued } =
        chordId === undefined
          ? await client.enqueue(type, payload, more)
          : await joinAlone(client, chordId, { type, payload, ...more });
      return more.idempotencyKey === undefined ? withoutKey(enqueued) : enqueued;
    },
    databases: [],
    failureOf: (error) =>
      error instanceof MillraceProblem ? failureOf(error, { url, key }) : error,
    close: async () => {},
  };
}

/** Who has typed one message knows of no others. */
const inMessage = (pointer: string) => pointer.replace('/messages/0', '');

async function joinAlone(
  client: Client,
  chordId: string,
  message: ChordMessageOf<AnyMessages>,
): Promise<Enqueued> {
  const joining = client.joinChord(chordId, { messages: [message] }).catch((error: unknown) => {
    throw error instanceof MillraceProblem ? withMovedPointers(error, inMessage) : error;
  });
  const [joined] = (await joining).messages;
  if (!joined) throw new Failure('failed', 'The API has not said what became of it');
  return joined;
}

/** The client brings a key of its own, of which nobody has heard. */
function withoutKey<Answer extends object>(
  enqueued: Answer & { readonly idempotentUntil?: string },
) {
  const { idempotentUntil: _, ...rest } = enqueued;
  return rest;
}

function failureOf(problem: MillraceProblem, { url, key }: Place): Failure {
  if (problem.status === 401 && key === undefined)
    return new Failure('refused', `${url} wants to know who calls: set MILLRACE_API_KEY`);
  if (problem.status === 0)
    return new Failure('unreachable', `Nobody answers at ${url}`, { cause: problem });
  return new Failure(kindOfStatus(problem.status), sentenceOf(problem), { cause: problem });
}

/** Which command lists what was not found. */
const lists: Readonly<Record<string, string>> = {
  'No queue has this name.': 'queues',
  'No schedule has this name.': 'schedules',
  'No API key has this name.': 'keys',
};

/** Several faults stand below each other. */
export function sentenceOf({ detail, errors }: MillraceProblem): string {
  const list = lists[detail];
  if (list !== undefined) return `${detail.replace(/\.$/, '')}; npx millrace ${list} lists them`;
  if (errors.length < 2) return detail;
  const lines = errors.map(
    ({ pointer, header, parameter, detail: fault }) =>
      `  ${pointer ?? header ?? parameter ?? ''} ${fault}`,
  );
  return [detail, ...lines].join('\n');
}
