// An SQS that takes every message and keeps none, in a process of its own. Argument: what a call takes, in milliseconds. What a real
// one takes is the network's and AWS's; this one tells what we take ourselves.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const takesMs = Number(process.argv[2]);

const server = createServer(async (request, response) => {
  const { Entries } = JSON.parse(await text(request)) as { Entries: { Id: string }[] };
  if (takesMs > 0) await pause(takesMs);
  response.end(JSON.stringify({ Successful: Entries.map(({ Id }) => ({ Id })) }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.send?.(typeof address === 'object' ? address?.port : undefined);
process.once('disconnect', () => process.exit());
