import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { answersOf } from '../asking.js';
import { openPage, type Visit } from '../visit.js';

const PATIENT = { timeout: 60_000 };

/** For people who use no mouse, or no screen. */
export function peopleFlow(visit: () => Visit): void {
  it('can be used with the keyboard alone', async () => {
    const { context, url, wrong, photos, others } = visit();
    const page = await openPage(context, wrong);
    // From here on the page is given files instead of the system's own dialogue.
    let chosen = photos;
    page.on(
      'filechooser',
      (chooser) => void chooser.setFiles(chosen).catch(() => wrong.push(`${chosen} was not taken`)),
    );
    await page.goto(url);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the pictures');

    await tabTo(page, 'Choose a folder');
    await page.keyboard.press('Enter');
    await page.getByText('40 pictures in 2 classes').waitFor();

    // What is removed takes the focus along: it goes to the next one, not back to the top of the page.
    const [first = '', second = ''] = await page
      .getByRole('list', { name: 'Pictures of ants' })
      .getByRole('img')
      .evaluateAll((all) => all.map((each) => each.getAttribute('alt') ?? ''));
    await tabTo(page, `Remove ${first}`);
    await page.keyboard.press('Enter');
    await page.getByText('39 pictures in 2 classes').waitFor();
    await expect.poll(() => focused(page), PATIENT).toBe(`Remove ${second}`);

    await tabTo(page, 'MobileNet');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'Small digit reader' }).isChecked()).toBe(true);
    await tabTo(page, 'Train');
    await page.keyboard.press('Enter');
    await page.getByTestId('accuracy').waitFor();
    // The focus comes back to the button, and a screen reader is told.
    await expect.poll(() => focused(page), PATIENT).toBe('Train again');
    expect(await page.locator('#train [aria-live]').textContent()).toMatch(/^Training is done: \d+ percent/);

    await tabTo(page, 'Choose a picture');
    const [photo = ''] = others;
    chosen = photo;
    await page.keyboard.press('Enter');
    await page
      .getByRole('img', { name: basename(photo), exact: true })
      .last()
      .waitFor();
    expect((await answersOf(page.locator('.answers li'))).map(({ label }) => label).sort()).toEqual(['ants', 'bees']);
    await tabTo(page, 'Download the bundle');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toBe('model.zip');
    await page.close();
  });

  it('has names and roles for a screen reader', async () => {
    const { context, page } = visit();
    const nameless = await namelessControls(await context.newCDPSession(page));
    expect(nameless).toEqual([]);
    const tree = await page.locator('body').ariaSnapshot();
    for (const line of [
      'heading "Graft Studio" [level=1]',
      'region "Pictures"',
      'group "Class ants"',
      'radiogroup "Recipe"',
      'radio "New head" [checked]',
      'button "Train again"',
      'img /Loss over training steps: [0-9.]+ in training, [0-9.]+ on the pictures held back/',
      'region "Confusion matrix"',
      'rowheader "bees"',
      'group "A picture to try"',
      'button "Export a web page"',
    ]) {
      expect(matches(tree, line), `${line} in\n${tree}`).toBe(true);
    }
  });

  it.each([
    [1200, 'light'],
    [390, 'dark'],
  ] as const)(
    'is sound for assistive technology and does not scroll sideways at %i pixels, %s',
    async (width, colorScheme) => {
      const { page } = visit();
      await page.setViewportSize({ width, height: 844 });
      // Colours that are still changing would be measured halfway.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const violations = await page.evaluate(async () => {
        const axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } = Reflect.get(
          window,
          'axe',
        );
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(violations).toEqual([]);
    },
  );
}

/** Whether a line of the tree is this one; between slashes stands a pattern for its name. */
function matches(tree: string, line: string): boolean {
  const pattern = /^(\w+) \/(.*)\/$/.exec(line);
  if (pattern === null) return tree.includes(line);
  return new RegExp(`${pattern[1]} "${pattern[2]}"`).test(tree);
}

/** The name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement;
    return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
  });
}

async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 80; presses++) {
    const now = await focused(page);
    if (now === name) return;
    passed.push(now);
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not reach "${name}", only: ${passed.join(', ')}.`);
}

/** What can have the focus, but has no name that a screen reader could say. */
async function namelessControls(session: CDPSession): Promise<string[]> {
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const controls = nodes.filter(
    ({ ignored, role, properties = [] }) =>
      !ignored &&
      role?.value !== 'RootWebArea' &&
      properties.some(({ name, value }) => name === 'focusable' && value.value === true),
  );
  expect(controls.length).toBeGreaterThan(20);
  return controls.filter(({ name }) => !name?.value).map(({ role, nodeId }) => `${role?.value} ${nodeId}`);
}
