// Each due time once, whatever ticks overlap: ticks at made-up moments, some of them late with what they saw.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rule } from '#queue/declare/timing/rule.ts';
import { fireSchedules } from '#queue/drain/fire-schedules.ts';
import type { Survey } from '#queue/routines/survey.ts';
import { anyMoments, anyRule } from '#test/support/queue/any-rule.ts';
import { connectionLost, intercept } from '#test/support/queue/intercept.ts';
import { daily, type OpenSchedules, openSchedules } from '#test/support/queue/open-schedules.ts';

async function setup() {
  const schedules = await openSchedules();
  const { log } = schedules;
  // Every sixth answer is lost, so that losses meet ticks of all kinds, and seldom the same call again and again, which
  // would only wait longer and longer before it is repeated.
  let calls = 0;
  const database = intercept(schedules.database, async (_, run) => {
    const rows = await run();
    calls += 1;
    if (calls % 6 === 0) throw connectionLost();
    return rows;
  });
  return {
    schedules,
    async start(rule: Rule) {
      await schedules.query('delete from millrace.delivery');
      await schedules.query('delete from millrace.parcel');
      await schedules.query('delete from millrace.message');
      await schedules.query('delete from millrace.schedule');
      return schedules.declare({ ...daily({ catchUp: { all: 1000 } }), rule });
    },
    fire: (registry: Awaited<ReturnType<OpenSchedules['declare']>>, surveyed: Survey) =>
      fireSchedules({ database, registry, log, surveyed, budgetMs: 60_000 }),
  };
}

/** What a survey at that moment sees, had the database's clock stood there. */
async function surveyAt({ query }: OpenSchedules, now: Date): Promise<Survey> {
  const schedules = await query<Survey['schedules'][number]>(
    `select s.name, s.rule, s.time_zone as "timeZone", to_json(s.next_due_at) #>> '{}' as "nextDueAt"
     from millrace.schedule s
     where s.next_due_at is null or s.next_due_at <= $1`,
    [now.toISOString()],
  );
  return {
    maintenanceDue: false,
    chordsOpen: false,
    queues: [],
    since: '-infinity',
    now: now.toISOString(),
    schedules,
  };
}

test('each due time is enqueued once', async () => {
  const { schedules, start, fire } = await setup();
  await fc.assert(
    fc.asyncProperty(anyRule, anyMoments, async (rule, moments) => {
      const [first, last] = [moments[0], moments.at(-1)];
      if (!first || !last) return;
      const from = new Date(first.getTime() + 1);
      const whole = rule.newestIn({ from, to: last }, 1001);
      fc.pre(whole.length <= 300);
      const registry = await start(rule);
      let earlier: Survey | undefined;
      for (const now of moments) {
        const seen = await surveyAt(schedules, now);
        const overlapping = earlier ? [seen, seen, earlier, seen] : [seen, seen];
        await Promise.all(overlapping.map((surveyed) => fire(registry, surveyed)));
        earlier = seen;
      }
      expect(await schedules.dueTimes()).toEqual(whole.map((at) => at.toISOString()));
    }),
    { numRuns: 25 },
  );
});
