import { join, basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { furthest, predictInNode, saveBundle, tryPicture, type Prediction } from '../asking.js';
import type { Visit } from '../visit.js';

/** From a model to what a person takes away. */
export function takingAwayFlow(visit: () => Visit): void {
  let said: Prediction[];

  it('names new pictures as `graft predict model.zip` does with the bundle that was downloaded', async () => {
    const { page, folder, small, others } = visit();
    const model = await saveBundle(page, folder);
    expect(basename(model)).toBe('model.zip');
    const files = [small, ...others];
    said = await predictInNode(model, files);
    expect(said.map(({ file }) => file)).toEqual(files);
    let clear = 0;
    for (const { file, predictions } of said) {
      // Photos are decoded and resized by other libraries than in Node.
      const tolerance = file === small ? 1e-3 : 0.05;
      const answers = await tryPicture(page, file);
      const apart = furthest(answers, predictions);
      console.log(`${basename(file)}: ${answers[0]?.label}, ${apart.toExponential(1)} from graft predict`);
      expect(apart).toBeLessThan(tolerance);
      const lead = (predictions[0]?.confidence ?? 0) - (predictions[1]?.confidence ?? 0);
      if (lead < 2 * tolerance) continue;
      clear++;
      expect(answers[0]?.label).toBe(predictions[0]?.label);
    }
    expect(clear).toBeGreaterThanOrEqual(3);
  });

  it('exports a page that gives the same answers from a file, without a connection', async () => {
    const { page, browser, folder, small, wrong } = visit();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export a web page' }).click();
    const path = join(folder, 'classifier.html');
    await (await download).saveAs(path);
    const alone = await browser.newContext();
    await alone.setOffline(true);
    const exported = await alone.newPage();
    const asked: string[] = [];
    alone.on('request', (request) => asked.push(request.url()));
    exported.on('pageerror', (error) => wrong.push(error.message));
    await exported.goto(pathToFileURL(path).href);
    await exported.getByText('Ready.').waitFor();
    expect(await exported.locator('main').textContent()).toMatch(/Of 8 pictures it had not learnt from/);
    const [first] = await tryPicture(exported, small, { input: '#file', answers: '#answers li' });
    const [expected] = said[0]?.predictions ?? [];
    expect(first?.label).toBe(expected?.label);
    expect(Math.abs((first?.confidence ?? 0) - (expected?.confidence ?? 1))).toBeLessThan(1e-3);
    expect(asked.filter((each) => !/^(file|data|blob):/.test(each))).toEqual([]);
    await alone.close();
  });
}
