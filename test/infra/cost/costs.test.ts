// npm run costs, as it is typed.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function costs(...words: string[]): Promise<Answer> {
  const script = join(import.meta.dirname, '../../../infra/cost/costs.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...words], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

test('compares the modes', async () => {
  const { code, stdout } = await costs('--messages', '1000000', '--hours', '8');
  expect(code).toBe(0);
  expect(stdout).toContain(
    '1,000,000 messages a month, one by one, spread over 8 hours of 30.4 days',
  );
  expect(stdout).toMatch(/^USD a month +polling +sleep +eager +sleep \+ eager +hand-over$/m);
  expect(stdout).toMatch(/^Neon compute +19\.35 /m);
  expect(stdout).toMatch(/Prices of \d{4}-\d\d: us-east-1.* to be checked/);
});

test('combines the modes that are asked for', async () => {
  const { stdout } = await costs('--mode', 'sleep', '--mode', 'eager', '--backstop-hours', '12');
  expect(stdout).toMatch(/^USD a month +sleep \+ eager$/m);
  expect(stdout).toMatch(/^Neon compute +0\.14$/m);
});

test('says how long the Free plan lasts', async () => {
  const { stdout } = await costs('--plan', 'free');
  expect(stdout).toMatch(/^Free plan lasts +16\.7 days +all month/m);
});

test('says what compute the messages need, where it is more than was asked for', async () => {
  const words = ['--messages', '2628000000', '--batch', '10', '--queues', '2'];
  const { stdout } = await costs(...words);
  expect(stdout).toMatch(/^Let Neon scale to at least 0\.5 CU while messages come\.$/m);
  expect((await costs(...words, '--compute-units', '1')).stdout).not.toContain('Let Neon scale');
});

test('says what carries the messages, and what that costs', async () => {
  const { stdout } = await costs('--messages', '1000000', '--engine', 'sqs');
  expect(stdout).toMatch(/ of 30\.4 days, by standard queues of SQS\.$/m);
  expect(stdout).toMatch(/^SQS +\d/m);
  expect(stdout).toMatch(/^SQS consumer +\d/m);
  expect((await costs('--messages', '1000000')).stdout).not.toContain('SQS');
});

test('says what steps cost, and what others take for them', async () => {
  const { stdout } = await costs('--messages', '1000000', '--steps', '4');
  expect(stdout).toMatch(/ of 30\.4 days, of 4 steps each\.$/m);
  expect(stdout).toMatch(/^Lambda's durable functions take 40\.\d\d for as many steps, /m);
  const on = await costs('--messages', '1000000', '--steps', '4', '--engine', 'sqs');
  expect(on.stdout).not.toMatch(/steps|durable/);
});

test('reckons with several databases', async () => {
  const words = ['--messages', '2628000000', '--batch', '10', '--queues', '2'];
  const { stdout } = await costs(...words, '--databases', '2');
  expect(stdout).toMatch(/ of 30\.4 days, in 2 databases\.$/m);
  expect(stdout).toMatch(/^hours awake each +730 /m);
  expect(stdout).not.toContain('scale to');
  const three = await costs('--plan', 'free', '--databases', '3');
  expect(three.stdout).toMatch(/^Free plan lasts +16\.7 days +all month/m);
});

test('gives a program numbers', async () => {
  const { stdout } = await costs('--json', '--mode', 'polling', '--alarms', '0');
  const { load, results, prices } = JSON.parse(stdout);
  expect(load).toMatchObject({ messages: 0, plan: 'launch', alarms: 0 });
  expect(results).toMatchObject([{ mode: 'polling', awakeHours: 730, computeUnitHours: 182.5 }]);
  expect(prices.neon.launch.computeUnitHour).toBe(0.106);
});

test.each([
  ['--hours 25', /^--hours is a number from 0\.1 to 24 \(.*\); got "25"\n$/],
  ['--messages 2.5', /^--messages is a whole number from 0 to 1000000000000 \(.*\); got "2\.5"\n$/],
  ['--messages 1e99', /got "1e99"/],
  ['--messages many', /got "many"/],
  ['--messages=', /got ""/],
  ['--mode slep', /^--mode is one of polling, sleep, eager, hand-over; got "slep"\n$/],
  ['--mode polling --mode sleep', /exclude each other/],
  ['--plan pro', /^--plan is one of free, launch, scale; got "pro"\n$/],
  ['--engine kafka', /^--engine is one of postgres, sqs, sqs-fifo; got "kafka"\n$/],
  ['--history none', /^--history is one of all, failures; got "none"\n$/],
  ['--nope', /^Unknown option '--nope'/],
])('refuses %s in a sentence', async (line, sentence) => {
  const { code, stdout, stderr } = await costs(...line.split(' '));
  expect(stderr).toMatch(sentence);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('explains itself', async () => {
  const { stdout } = await costs('--help');
  expect(stdout).toMatch(/^Usage: npm run costs/);
  expect(stdout).toContain('--payload-bytes N   bytes of a payload (default 300)');
});
