// "millrace/client/outbox": messages that a page keeps, through reloads and without a network, until the API has them.
export {
  createOutbox,
  type Outbox,
  type OutboxMessage,
  type OutboxOptions,
} from '#client/outbox.ts';
