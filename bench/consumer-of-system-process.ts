// Says a number when it is ready, and after each word to drain how many messages it has handled.
import type { ConsumerOf } from './consumer-of-system.ts';
import { systemsWith } from './systems/all.ts';
import { batch } from './workload.ts';

const { system: name, addresses, shape }: ConsumerOf = JSON.parse(process.argv[2] ?? '');
const { everyone } = await systemsWith(undefined);
const client = await everyone.find((system) => system.name === name)?.connect(addresses, shape);
if (!client) throw new Error(`there is no system ${name}`);
process.on('message', async () => {
  let handled = 0;
  const handler = async () => {
    handled += 1;
  };
  await client.drain({ count: 0, batch, handler });
  process.send?.(handled);
});
process.once('disconnect', async () => {
  await client.close();
  process.exit();
});
process.send?.(0);
