import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginesFlow } from './flows/engines.js';
import { offlineFlow } from './flows/offline.js';
import { peopleFlow } from './flows/people.js';
import { picturesFlow } from './flows/pictures.js';
import { takingAwayFlow } from './flows/taking-away.js';
import { trainingFlow } from './flows/training.js';
import { endVisit, reasons, startVisit, type Visit } from './visit.js';

if (reasons.length > 0) console.warn(`The studio: skipped, ${reasons.join(', ')}.`);

/** What a person does: photos in, train, look, try, take away. In order: each test goes on where the last one stopped. */
// Long limits, for machines that do other things too.
describe.skipIf(reasons.length > 0)('the studio', { timeout: 300_000 }, () => {
  let visit: Visit | undefined;
  const here = (): Visit => {
    if (visit === undefined) throw new Error('The studio was not opened.');
    return visit;
  };

  beforeAll(async () => {
    visit = await startVisit();
  }, 300_000);

  afterAll(async () => {
    await endVisit(visit);
  });

  picturesFlow(here);
  trainingFlow(here);
  takingAwayFlow(here);
  peopleFlow(here);
  enginesFlow(here);
  offlineFlow(here);

  it('throws nothing and warns of nothing', () => {
    expect(here().wrong).toEqual([]);
  });
});
