import { isStratomeError } from '@stratome/core';
import { reconcile } from '@stratome/revisions';
import type { Console } from '../action.js';
import type { Session } from '../session.js';

/** Tidies up after a process that was killed, unless somebody is at work. @throws notFound when there is no such dataset */
export async function tidy({ db, graph }: Session, dataset: string, { note }: Console): Promise<void> {
  try {
    const found = await reconcile(db, graph, dataset);
    if (found === 'completed') note('The last revision was complete and is marked so now.');
    if (found === 'dropped') note('A revision that came to no end was dropped.');
  } catch (error) {
    if (isStratomeError(error) && error.kind === 'conflict') note(error.message);
    else throw error;
  }
}
