// "millrace/webhook": queues whose handler is a signed HTTP call.
export { onWebhook } from '#webhook/on-webhook.ts';
export type { WebhookOptions, WebhookSource } from '#webhook/options.ts';
