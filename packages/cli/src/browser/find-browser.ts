import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { GraftError } from '@graft-ml/core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder === undefined ? [] : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')];
  }),
];

/**
 * The Chromium to open pages in: `CHROMIUM_PATH`, else one on the PATH, else one in the usual places.
 *
 * @throws GraftError `unavailable` when there is none
 */
export async function findBrowser(): Promise<string> {
  const chosen = process.env['CHROMIUM_PATH'];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates =
    chosen !== undefined && chosen !== ''
      ? [chosen]
      : [...onPath.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  for (const path of candidates) if (await isExecutable(path)) return path;
  throw new GraftError({
    code: 'unavailable',
    what: chosen !== undefined && chosen !== '' ? `${chosen} is no program.` : 'No Chromium was found.',
    remedy: 'Install Chromium or Chrome, or name one by CHROMIUM_PATH.',
  });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
