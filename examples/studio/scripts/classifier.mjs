import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The page that users export is the one that `graft export --web` writes. Put it, without a model, into
 * `public/classifier.html`.
 *
 * @param {string} root the example's folder
 */
export function copyClassifier(root) {
  const built = new URL('assets/classifier.html', import.meta.resolve('@graft-ml/cli/package.json'));
  mkdirSync(join(root, 'public'), { recursive: true });
  copyFileSync(fileURLToPath(built), join(root, 'public', 'classifier.html'));
}

// For `vite`'s own server.
if (process.argv[1] === fileURLToPath(import.meta.url)) copyClassifier(fileURLToPath(new URL('..', import.meta.url)));
