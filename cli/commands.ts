// All commands, in the order of the overview. Of these only the one that was typed is loaded.
import type { Command } from 'commander';

interface Entry {
  /** What the overview says of it. */
  readonly summary: string;
  /** Under which heading. */
  readonly group: string;
}

/** One that reads its own words: it was there before the others, and is run by npm scripts, too. */
export interface OwnCommand extends Entry {
  readonly run: () => Promise<(words: readonly string[]) => Promise<number>>;
}

/** One that commander reads the words of: `define` says which arguments and flags it takes and what it does. */
export interface ReadCommand extends Entry {
  readonly define: () => Promise<(command: Command) => void>;
}

const machine = 'On this machine:';
const messages = 'Messages:';
const queues = 'Queues:';
const operations = 'Operations:';

export const commands: Readonly<Record<string, OwnCommand | ReadCommand>> = {
  init: {
    group: machine,
    summary: "writes the beginnings of a queue into an application's folder",
    run: async () => (await import('./init/init.ts')).init,
  },
  start: {
    group: machine,
    summary: 'runs everything here: Postgres, the HTTP API, and a consumer at every tick',
    run: async () => (await import('#local/start.ts')).start,
  },
  demo: {
    group: machine,
    summary: 'places 1,000 orders of the bookstore at a server that runs here',
    run: async () => (await import('#local/demo/demo.ts')).demo,
  },
  sql: {
    group: machine,
    summary: 'runs SQL on the database of a server that runs here',
    run: async () => (await import('#local/sql.ts')).sql,
  },
  migrate: {
    group: operations,
    summary: 'brings the database that DATABASE_URL names up to date, or several',
    run: async () => (await import('#local/migrate-command.ts')).migrateCommand,
  },
  doctor: {
    group: operations,
    summary: 'looks for what is wrong, and says what to do',
    define: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  databases: {
    group: operations,
    summary: 'tells of several databases what is left of a growth, and ends it once nothing is',
    define: async () => (await import('./commands/databases.ts')).defineDatabases,
  },
  drain: {
    group: operations,
    summary: 'handles what is due, once, with the handlers of the application in this folder',
    define: async () => (await import('./commands/drain.ts')).defineDrain,
  },
  enqueue: {
    group: messages,
    summary: 'enqueues a message',
    define: async () => (await import('./commands/enqueue.ts')).defineEnqueue,
  },
  status: {
    group: messages,
    summary: 'tells how far a message has come',
    define: async () => (await import('./commands/status.ts')).defineStatus,
  },
  messages: {
    group: messages,
    summary: 'lists messages, newest first',
    define: async () => (await import('./commands/messages.ts')).defineMessages,
  },
  tail: {
    group: messages,
    summary: 'follows new messages and what becomes of them',
    define: async () => (await import('./commands/tail.ts')).defineTail,
  },
  cancel: {
    group: messages,
    summary: 'cancels what has not started of a message',
    define: async () => (await import('./commands/cancel.ts')).defineCancel,
  },
  replay: {
    group: messages,
    summary: 'delivers a message again, however it ended',
    define: async () => (await import('./commands/replay.ts')).defineReplay,
  },
  chords: {
    group: messages,
    summary: 'lists the chords that are open',
    define: async () => (await import('./commands/chords.ts')).defineChords,
  },
  chord: {
    group: messages,
    summary: 'tells how far a chord is, or cancels it',
    define: async () => (await import('./commands/chord.ts')).defineChord,
  },
  'send-event': {
    group: messages,
    summary: 'sends a message an event that a handler in steps waits for',
    define: async () => (await import('./commands/send-event.ts')).defineSendEvent,
  },
  'dead-letters': {
    group: messages,
    summary: 'lists what has died, sends it round again, or gives it up',
    define: async () => (await import('./commands/dead-letters.ts')).defineDeadLetters,
  },
  queues: {
    group: queues,
    summary: 'tells how full the queues are, or all about one',
    define: async () => (await import('./commands/queues.ts')).defineQueues,
  },
  history: {
    group: queues,
    summary: 'tells what drains did over an hour, a day or a week',
    define: async () => (await import('./commands/history.ts')).defineHistory,
  },
  pause: {
    group: queues,
    summary: 'stops claims from a queue',
    define: async () => (await import('./commands/pause.ts')).definePause,
  },
  resume: {
    group: queues,
    summary: 'lets a paused queue go on',
    define: async () => (await import('./commands/pause.ts')).defineResume,
  },
  purge: {
    group: queues,
    summary: 'cancels everything that waits in a queue',
    define: async () => (await import('./commands/purge.ts')).definePurge,
  },
  schedules: {
    group: queues,
    summary: 'lists schedules, pauses, resumes or runs one',
    define: async () => (await import('./commands/schedules.ts')).defineSchedules,
  },
  keys: {
    group: operations,
    summary: 'lists, makes and revokes API keys',
    define: async () => (await import('./commands/keys.ts')).defineKeys,
  },
  audit: {
    group: operations,
    summary: 'tells what operators did, newest first',
    define: async () => (await import('./commands/audit.ts')).defineAudit,
  },
};
