// What `start` prints for applications of which it knows more or less.
import { expect, test } from 'vitest';
import { greeting } from '#local/greeting.ts';
import { readStartOptions } from '#local/start-options.ts';

function greetingWith(
  example: Parameters<typeof greeting>[0]['example'],
  onSqs: readonly string[] = [],
  databases = 1,
): string {
  const options = readStartOptions([], {});
  if (!options) throw new Error('without options there is a server');
  const server = {
    url: 'http://127.0.0.1:8787',
    authorizationFile: '/app/authorization',
    psqlLine: undefined,
    databases,
    ended: new Promise<void>(() => {}),
    stop: async () => {},
  };
  return greeting({ ...server, example, onSqs }, options);
}

test('a payload with an apostrophe stays one word of the shell', () => {
  const text = greetingWith({ type: 'note.written', payload: { text: "it's" } });
  expect(text).toContain(`-d '{"type":"note.written","payload":{"text":"it'\\''s"}}'`);
});

test('a payload that nobody but its author knows is left to them', () => {
  const text = greetingWith({ type: 'note.written', version: 2 });
  expect(text).toContain('Send a message, with a payload of yours for the …:');
  expect(text).toContain(`-d '{"type":"note.written","version":2,"payload":…}'`);
});

test('a registry without a message type has nothing to send', () => {
  const text = greetingWith(undefined);
  expect(text).toContain('Your registry declares no message type yet');
  expect(text).not.toContain('curl');
});

test('the console is named, and where its key is, which is not shown', () => {
  const text = greetingWith(undefined);
  expect(text).toContain(
    'key in the file .millrace/data/api-key:\n  http://127.0.0.1:8787/console\n',
  );
  expect(text).not.toContain('mr_');
});

test('queues on SQS are named, and where there are none, nothing is said of it', () => {
  expect(greetingWith(undefined, ['mail', 'steps'])).toContain(
    'A tick every 5 s drains the queues. On SQS, which runs here as well: mail, steps. Ctrl-C',
  );
  expect(greetingWith(undefined)).not.toContain('SQS');
});

test('several databases are told, and how to look into each; of one nothing is said', () => {
  const text = greetingWith(undefined, [], 3);
  expect(text).toContain('Look into the database with --database 0 to 2:');
  expect(text).toContain('Messages are spread over 3 databases. Ctrl-C');
  expect(greetingWith(undefined)).not.toMatch(/databases|--database/);
});
