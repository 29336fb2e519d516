// What the report shows of each workload, in which order, and in which words.
import type { Section } from './section.ts';
import { sectionsOfUse } from './sections-of-use.ts';
import { sectionsOfWork } from './sections-of-work.ts';

export const sections: readonly Section[] = [...sectionsOfWork, ...sectionsOfUse];
