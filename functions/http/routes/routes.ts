// All routes of the API. A path without parameters must stand before one that has a parameter in the same place:
// /v1/messages/batch would otherwise be taken for the message with the id "batch".

import type { Route, ServedRoute } from '#functions/http/route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { getBlockedGroups } from './blocked-groups.ts';
import { getCaller } from './caller.ts';
import { getDeadLetterGroups } from './dead-letter-groups.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { getHealth } from './health.ts';
import { getHistory } from './history.ts';
import { listMessages } from './list-messages.ts';
import { getMessageChain } from './message-chain.ts';
import { messageRoutes } from './messages.ts';
import { getOpenapi } from './openapi.ts';
import { postBatch } from './post-batch.ts';
import { postMessage } from './post-message.ts';
import { queueRoutes } from './queues.ts';
import { recordRoutes } from './records.ts';
import { postScheduleRun } from './run-schedule.ts';
import { scheduleRoutes } from './schedules.ts';
import { loadSeldomRoutes, seldomRoutes } from './seldom.ts';

const often: readonly Route[] = [
  postMessage,
  postBatch,
  listMessages,
  ...messageRoutes,
  getMessageChain,
  ...queueRoutes,
  getBlockedGroups,
  getHistory,
  ...scheduleRoutes,
  postScheduleRun,
  ...deadLetterRoutes,
  getDeadLetterGroups,
  ...recordRoutes,
  ...apiKeyRoutes,
  getCaller,
  getHealth,
];

/** All routes with all about them, as they are described. */
export const describedRoutes = async (): Promise<readonly Route[]> => [
  ...often,
  ...(await loadSeldomRoutes()),
  openapi,
];

const openapi = getOpenapi(describedRoutes);

/** All routes, as they are served. */
export const routes: readonly ServedRoute[] = [...often, ...seldomRoutes, openapi];
