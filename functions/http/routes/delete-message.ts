// DELETE /v1/messages/{id}: cancel what nobody has started.
import * as z from 'zod';
import { cancelMessage } from '#queue/operate/cancel.ts';
import { operatorRoute } from './operator-route.ts';

export const deleteMessage = operatorRoute({
  method: 'DELETE',
  path: '/v1/messages/{id}',
  summary:
    'Cancels the deliveries of a message that nobody has started; what is being processed goes on.',
  scope: 'operate',
  answer: z.object({ cancelled: z.array(z.string()).describe('The queues in which it waited.') }),
  example: { answer: { cancelled: ['payments'] } },
  missing: 'No message has this id, or its retention period has ended.',
  isOnceOnly: true,
  run: (database, { target, actor }) => cancelMessage(database, target, actor),
});
