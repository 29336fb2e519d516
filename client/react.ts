import { useEffect, useState } from 'react';
import { makeUseMessage, type UseMessage } from './use-message.ts';

/**
 * Follows a message while a React component is there, which is rendered again whenever the message has changed. Without an id nothing
 * is asked.
 *
 * @example
 * ```tsx
 * const { message, problem } = useMessage(order.messageId, { client, statusToken: order.statusToken });
 * ```
 */
export const useMessage: UseMessage = makeUseMessage({ useEffect, useState });
