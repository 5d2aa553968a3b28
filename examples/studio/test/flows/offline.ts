import { expect, it } from 'vitest';
import { addPhotos, train } from '../asking.js';
import type { Visit } from '../visit.js';

/** Last: there is no server afterwards. */
export function offlineFlow(visit: () => Visit): void {
  it('works without a connection after the first visit', async () => {
    const { page, server, photos, requests } = visit();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
    const before = requests.filter((each) => each.startsWith('https://')).length;
    await page.reload();
    await page.getByRole('heading', { name: 'Graft Studio' }).waitFor();
    await addPhotos(page, photos);
    await train(page);
    expect(requests.filter((each) => each.startsWith('https://')).length).toBe(before);
  });
}
