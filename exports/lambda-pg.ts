// "millrace/lambda/pg": the handlers of "millrace/lambda" on any Postgres over TCP.
export type { ConsumerHandler } from '#functions/consumer.ts';
export type { GatewayHandler } from '#functions/http/gateway-adapter.ts';
export { createConsumerHandler } from '#functions/pg/consumer.ts';
export { createHttpHandler } from '#functions/pg/http.ts';
export { createMigrateHandler } from '#functions/pg/migrate.ts';
export { createRelayingConsumerHandler } from '#functions/pg/relaying-consumer.ts';
export { createSendingHttpHandler } from '#functions/pg/sending-http.ts';
export { createSqsConsumerHandler } from '#functions/pg/sqs-consumer.ts';
export { createSqsDeadLetterHandler } from '#functions/pg/sqs-dead-letters.ts';
export type { SqsConsumerHandler } from '#functions/sqs-consumer.ts';
export type { SqsDeadLetterHandler } from '#functions/sqs-dead-letters.ts';
export type { MigrationReport } from '#migrations/migrate.ts';
