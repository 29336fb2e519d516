// Everything that this application declares. New queues and schedules go into the lists; their message types come along.
import { defineRegistry } from '#millrace';
import { inventory } from './inventory.ts';
import { notifications } from './notifications.ts';
import { payments } from './payments.ts';
import { shipping } from './shipping.ts';
import { everyMonday, summaries } from './weekly-summary.ts';

export const registry = defineRegistry({
  queues: [payments, inventory, notifications, shipping, summaries],
  schedules: [everyMonday],
});
