// "millrace/client/preact": a hook that follows a message. It needs Preact.
export { useMessage } from '#client/preact.ts';
export type { SeenMessage, UseMessage, UseMessageOptions } from '#client/use-message.ts';
