// "millrace/lambda": the handlers of the Lambda functions, for entries of your own. The construct of millrace/cdk writes
// such entries by itself.
export { type ConsumerHandler, createConsumerHandler } from '#functions/consumer.ts';
export type { GatewayHandler } from '#functions/http/gateway-adapter.ts';
export { createHttpHandler } from '#functions/http.ts';
export { createMigrateHandler } from '#functions/migrate.ts';
export { createRelayingConsumerHandler } from '#functions/relaying-consumer.ts';
export { createSendingHttpHandler } from '#functions/sending-http.ts';
export { createSqsConsumerHandler, type SqsConsumerHandler } from '#functions/sqs-consumer.ts';
export {
  createSqsDeadLetterHandler,
  type SqsDeadLetterHandler,
} from '#functions/sqs-dead-letters.ts';
export type { MigrationReport } from '#migrations/migrate.ts';
