// Makes all looks, one after the other. One that fails says so and keeps no other from being made.
import { errorCode } from '#queue/routines/failure-kind.ts';
import type { Check, Finding } from './finding.ts';

export async function examine(checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks)
    try {
      for (const finding of await look()) findings.push({ check: name, ...finding });
    } catch (error) {
      findings.push({ check: name, ...failed(error) });
    }
  return findings;
}

const insufficientPrivilege = '42501';
const noSuchThing = ['3F000', '42P01', '42883', '42703'];

function failed(error: unknown): Omit<Finding, 'check'> {
  const code = errorCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (code === insufficientPrivilege)
    return {
      level: 'warn',
      says: `not looked at: ${reason}`,
      means: 'this login may not see it',
      todo: 'run the doctor as the owner of the schema, whose connection string migrations have',
    };
  if (code !== undefined && noSuchThing.includes(code))
    return {
      level: 'bad',
      says: `not looked at: ${reason}`,
      means: 'the schema is missing, older, or not whole',
      todo: 'npx millrace migrate',
    };
  return { level: 'bad', says: `not looked at: ${reason}` };
}
