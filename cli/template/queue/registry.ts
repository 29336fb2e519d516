// Everything that this application declares. New queues and schedules go into the lists; message types come along with them.
import { defineRegistry } from 'millrace';
import { receipts } from './receipts.ts';

export const registry = defineRegistry({
  queues: [receipts],
});
