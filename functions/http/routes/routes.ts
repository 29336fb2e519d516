// All routes, those with a fixed path before those with a parameter in its place.

import type { Route } from '#functions/http/route.ts';
import { getBlockedGroups } from './blocked-groups.ts';
import { getDeadLetters } from './dead-letters.ts';
import { deleteDeadLetters } from './delete-dead-letters.ts';
import { deleteMessage } from './delete-message.ts';
import { getQueue } from './get-queue.ts';
import { getQueues } from './get-queues.ts';
import { getHealth } from './health.ts';
import { getMessage } from './messages.ts';
import { getOpenapi } from './openapi.ts';
import { postBatch } from './post-batch.ts';
import { postMessage } from './post-message.ts';
import { postPause } from './post-pause.ts';
import { postPurge } from './post-purge.ts';
import { postRedrive } from './post-redrive.ts';
import { postReplay } from './post-replay.ts';
import { postResume } from './post-resume.ts';
import { postSchedulePause } from './post-schedule-pause.ts';
import { postScheduleResume } from './post-schedule-resume.ts';
import { getSchedules } from './schedules.ts';

const described: readonly Route[] = [
  postMessage,
  postBatch,
  getMessage,
  deleteMessage,
  postReplay,
  getQueues,
  getQueue,
  postPause,
  postResume,
  postPurge,
  getBlockedGroups,
  getSchedules,
  postSchedulePause,
  postScheduleResume,
  getDeadLetters,
  deleteDeadLetters,
  postRedrive,
  getHealth,
];

export const routes: readonly Route[] = [...described, getOpenapi(described)];
