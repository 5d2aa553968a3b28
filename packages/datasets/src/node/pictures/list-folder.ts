import { basename, join, resolve } from 'node:path';
import { GraftError } from '@graft-ml/core';
import { filesBelow, readTree, type Folder } from './find-files.js';
import { isPictureName } from './find-pictures.js';
import type { PictureItem, PictureList, SkippedFile, Split } from './picture-list.js';

/** Names of the folders that part a data set, without regard to case. */
const SPLITS: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['dev', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/**
 * A folder of pictures with one folder for each class, `photos/ants/1.jpg`, or with parts above them,
 * `photos/train/ants/1.jpg` (`train`, and `val` or `test` or both). Folders within a class's folder belong to the class.
 * Classes are in alphabetical order of their names. Only names are looked at; no file is opened.
 *
 * @throws GraftError `not-found` for a folder that is not there; `bad-input` when there are no classes, only one, one
 *   without pictures, or one in another part that the training pictures do not have
 *
 * @example
 * ```ts
 * import { mkdir, writeFile } from 'node:fs/promises';
 * import { listPictures } from '@graft-ml/datasets/node';
 * for (const label of ['ants', 'bees']) {
 *   await mkdir(`insects/${label}`, { recursive: true });
 *   await writeFile(`insects/${label}/1.jpg`, '');
 * }
 * const { target, items } = await listPictures('insects');
 * console.log(target, items.length); // { kind: 'classes', labels: ['ants', 'bees'] } 2
 * ```
 */
export async function listPictures(folder: string): Promise<PictureList> {
  const root = resolve(folder);
  const tree = await readTree(folder);
  const parts = partsOf(tree, folder);
  const train = parts.find(({ split }) => split === undefined || split === 'train');
  const labels = [...(train?.folder.folders.keys() ?? [])].sort((a, b) => (a < b ? -1 : 1));
  checkClasses(labels, folder, tree);
  const items: PictureItem[] = [];
  const ignored: SkippedFile[] = [];
  for (const { split, folder: part, within } of parts) {
    for (const file of part.files)
      ignored.push({ name: within + file, reason: 'it lies outside the classes’ folders' });
    for (const [label, members] of part.folders) {
      const id = labels.indexOf(label);
      if (id < 0) throw unknownClass(label, within, labels);
      const before = items.length;
      for (const file of filesBelow(members)) {
        const name = `${within}${label}/${file}`;
        if (isPictureName(file)) items.push({ path: join(root, name), name, split, target: [id] });
        else ignored.push({ name, reason: 'its name is not that of a picture' });
      }
      if (items.length === before) throw emptyClass(label, `${within}${label}`, folder);
    }
  }
  return { name: basename(root), target: { kind: 'classes', labels }, items, ignored };
}

/** The part that a name stands for. @throws GraftError `bad-input` when it stands for none */
export function splitNamed(name: string, where: string): Split {
  const split = SPLITS.get(name.toLowerCase());
  if (split !== undefined) return split;
  throw new GraftError({
    code: 'bad-input',
    what: `${where} has the part "${name}".`,
    expected: 'train, val or test was expected.',
  });
}

interface Part {
  readonly split: Split | undefined;
  readonly folder: Folder;
  readonly within: string;
}

/** The parts of a data set; the folder itself, when what is in it are classes. */
function partsOf(tree: Folder, folder: string): Part[] {
  const named = [...tree.folders].flatMap(([name, part]): Part[] => {
    const split = SPLITS.get(name.toLowerCase());
    return split === undefined ? [] : [{ split, folder: part, within: `${name}/` }];
  });
  const whole: Part = { split: undefined, folder: tree, within: '' };
  if (named.length === 0 || !named.some(({ split }) => split === 'train')) return [whole];
  const others = [...tree.folders.keys()].filter((name) => !SPLITS.has(name.toLowerCase()));
  const twice = named.find(({ split }, at) => named.findIndex((each) => each.split === split) !== at);
  if (others.length === 0 && twice === undefined) return named;
  throw new GraftError({
    code: 'bad-input',
    what:
      twice === undefined
        ? `${folder} has the parts ${names(named.map(({ within }) => within))} and beside them ${names(others)}.`
        : `${folder} has two folders for the part "${twice.split}".`,
    expected: 'One folder for each class, or train with val or test and the classes below them, was expected.',
    remedy: 'Move the others away.',
  });
}

function checkClasses(labels: readonly string[], folder: string, tree: Folder): void {
  if (labels.length > 1) return;
  const pictures = tree.files.filter((file) => isPictureName(file)).length;
  throw new GraftError({
    code: 'bad-input',
    what:
      labels.length === 1
        ? `${folder} has only one class, ${names(labels)}.`
        : `${folder} has no folders of classes${pictures > 0 ? `, but ${pictures} pictures of its own` : ''}.`,
    expected:
      'One folder of pictures for each of at least two classes was expected, such as photos/ants and photos/bees.',
    remedy:
      labels.length === 1
        ? 'Add a folder of pictures that show something else: there must be something to tell it apart from.'
        : 'Sort the pictures into folders that are named for what they show.',
  });
}

function emptyClass(label: string, within: string, folder: string): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The class "${label}" has no pictures: there are none in ${join(folder, within)}.`,
    expected: 'JPEG, PNG, WebP, GIF, AVIF or TIFF files were expected.',
    remedy: 'Put pictures into it, or take the folder away.',
  });
}

function unknownClass(label: string, within: string, labels: readonly string[]): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `${within} has the class "${label}", which the training pictures do not have.`,
    expected: `They have ${names(labels)}.`,
    remedy: 'Name the folders alike in every part.',
  });
}

function names(list: readonly string[]): string {
  return (
    list
      .slice(0, 8)
      .map((name) => `"${name}"`)
      .join(', ') + (list.length > 8 ? ', …' : '')
  );
}
