import { createRng, GraftError, pixelScaleOf } from '@graft-ml/core';
import { classBalance } from '@graft-ml/datasets/inspect';
import { listCsv, listPictures, loadPictures, type LoadedPictures, type PictureList } from '@graft-ml/datasets/node';
import type { Session } from '../context.js';
import type { InputForm } from '../support/input-form.js';
import type { TrainingData } from '../support/training-data.js';

/** At which ratio of the most frequent class to the rarest one imbalance is told of. */
const UNEVEN = 3;
/** How many files are named before it becomes "and so many more". */
const NAMED = 5;

/** The names of a folder's pictures. @throws GraftError when it cannot be trained on */
export async function listPhotos(path: string, { terminal }: Session): Promise<PictureList> {
  const list = await (/\.(csv|tsv)$/i.test(path) ? listCsv(path) : listPictures(path));
  const { target, items } = list;
  const told =
    target.kind === 'values' ? `with ${target.names.join(', ')} to tell` : `of ${target.labels.length} classes`;
  terminal.note(`pictures: ${items.length} ${told} in ${path}`);
  return list;
}

/** Open the pictures as a backbone wants them, and say what is the matter with them. */
export async function loadPhotos(
  list: PictureList,
  form: InputForm,
  options: { readonly seed: number; readonly classWeights?: 'balanced' },
  { terminal, signal }: Session,
): Promise<TrainingData> {
  const loaded = await loadPictures(list, {
    ...pictureForm(form),
    ...pixelScaleOf(form),
    rng: createRng(options.seed).fork('photos'),
    onProgress: (progress) => terminal.progress(progress),
    signal,
  });
  const remarks = remarksOn(loaded, options.classWeights !== undefined);
  for (const remark of remarks) terminal.warn(remark);
  terminal.note(
    `data: ${list.name}, ${loaded.train.size} pictures to train on, ${loaded.test.size} to test on (${list.target.kind === 'classes' ? ORIGIN[loaded.testFrom] : ORIGIN[loaded.testFrom].replace(', from every class', '')})`,
  );
  const { train, validation, test, skipped, names } = loaded;
  return {
    name: list.name,
    train,
    ...(validation === undefined ? {} : { validation }),
    test,
    form,
    remarks,
    testNames: names.test,
    skipped,
  };
}

const ORIGIN = {
  test: 'its test part',
  validation: 'its validation part',
  split: 'drawn here, from every class',
} as const;

/** @throws GraftError `bad-input` when the backbone takes no pictures */
function pictureForm({ inputShape }: InputForm): { height: number; width: number; channels: 1 | 3 } {
  const [height = 0, width = 0, channels] = inputShape;
  if (inputShape.length === 3 && (channels === 1 || channels === 3)) return { height, width, channels };
  throw new GraftError({
    code: 'bad-input',
    what: `The backbone takes inputs of shape [${inputShape.join(', ')}].`,
    expected: 'One that takes pictures, [height, width, 1 or 3], was expected.',
    remedy: 'Choose another one: graft zoo list shows them.',
  });
}

/** Whole sentences on what should be known of the data. */
function remarksOn({ train, skipped, leaks }: LoadedPictures, weighted: boolean): string[] {
  const remarks: string[] = [];
  if (skipped.length > 0) {
    const one = skipped.length === 1;
    remarks.push(
      `${skipped.length} ${one ? 'file was' : 'files were'} left out: ${some(skipped.map(({ name, reason }) => `${name} (${reason})`))}.`,
    );
  }
  if (leaks.length > 0) {
    const one = leaks.length === 1;
    remarks.push(
      `${leaks.length} test ${one ? 'picture is' : 'pictures are'} among the training pictures too, so the accuracy is too good: ` +
        `${some(leaks.map(({ kind, train: copy, test, disagree }) => `${test} is ${kind} to ${copy}${disagree ? ' (of another class)' : ''}`))}.`,
    );
  }
  if (train.target.kind === 'classes') {
    const { labels } = train.target;
    const { counts, ratio } = classBalance(train);
    if (ratio >= UNEVEN) {
      const [most, least] = [counts.indexOf(Math.max(...counts)), counts.indexOf(Math.min(...counts))];
      remarks.push(
        `The classes are uneven: ${counts[most]} pictures of "${labels[most]}" and ${counts[least]} of "${labels[least]}". ` +
          (weighted
            ? 'They are weighted to count the same.'
            : 'Look at the recall of the rare ones, or train with --class-weights balanced.'),
      );
    }
  }
  return remarks;
}

function some(list: readonly string[]): string {
  const more = list.length - NAMED;
  return list.slice(0, NAMED).join(', ') + (more > 0 ? `, and ${more} more` : '');
}
