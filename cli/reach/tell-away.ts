// Answers of a deployment over several databases may be without those that are away. Whatever a command shows of them, it says so.
import type { Operations } from '#client/operations.ts';

/** The same operations; note: tells it beside what the command prints, for programs as well. */
export function tellingOfAway(operations: Operations, note: (text: string) => void): Operations {
  return new Proxy(operations, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...given: readonly unknown[]) => {
        const answer: unknown = await Reflect.apply(member, target, given);
        const { databasesAway: away } = Object(answer);
        if (Array.isArray(away) && away.length > 0)
          note(`Without what is in the databases that are away: ${away.join(', ')}.`);
        return answer;
      };
    },
  });
}
