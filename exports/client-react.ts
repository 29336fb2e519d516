// "millrace/client/react": a hook that follows a message. It needs React.
export { useMessage } from '#client/react.ts';
export type { SeenMessage, UseMessage, UseMessageOptions } from '#client/use-message.ts';
