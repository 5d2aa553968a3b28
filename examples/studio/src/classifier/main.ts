import { wasm } from '@graft-ml/backend-wasm';
import { messageOf, networkOf, openBundleFile, pixelMapper, predict, useBackend, withScope } from '@graft-ml/core';
import type { LoadedBundle } from '@graft-ml/core';
import { tensor } from '@tensorflow/tfjs-core';
import { picturePixels } from '../pictures/picture-pixels.js';
import { percent } from '../views/numbers.js';
import type { EmbeddedModel } from './embedded-model.js';

const TOP = 3;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`This page has no #${id}.`);
  return found;
}

async function load(embedded: EmbeddedModel): Promise<LoadedBundle> {
  await useBackend(wasm());
  return openBundleFile(
    Uint8Array.from(atob(embedded.bundle), (each) => each.charCodeAt(0)),
    'the model in this page',
  );
}

/** The bytes of a picture, scaled as the model takes them and run through it. */
async function classify({ model, manifest }: LoadedBundle, file: File): Promise<number[]> {
  const { inputShape, ...scale } = manifest?.preprocessing ?? { inputShape: [224, 224, 3], range: [0, 1] as const };
  const [height = 1, width = 1, channels = 3] = inputShape;
  const pixels = await picturePixels(file, file.name, { height, width, channels: channels === 1 ? 1 : 3 });
  const values = new Float32Array(pixels.length);
  pixelMapper(scale, channels)(pixels, values);
  return withScope(async (scope) => {
    const input = scope.own(tensor(values, [1, ...inputShape], 'float32'));
    const [output] = predict(networkOf(model), [input]).map((each) => scope.own(each));
    return Array.from((await output?.data()) ?? []);
  });
}

function show(labels: readonly string[], probabilities: readonly number[]): void {
  const best = probabilities
    .map((confidence, at) => ({ label: labels[at] ?? '', confidence }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, TOP);
  element('answers').replaceChildren(
    ...best.map(({ label, confidence }) => {
      const item = document.createElement('li');
      const name = document.createElement('span');
      name.textContent = label;
      const value = document.createElement('span');
      value.textContent = percent(confidence);
      value.dataset['confidence'] = String(confidence);
      const bar = document.createElement('span');
      bar.className = 'bar';
      bar.style.setProperty('--share', `${confidence * 100}%`);
      item.append(name, value, bar);
      return item;
    }),
  );
}

async function start(): Promise<void> {
  const status = element('status');
  const embedded: EmbeddedModel = JSON.parse(element('graft-model').textContent ?? '');
  const { right, tested } = embedded;
  element('tested').textContent = `Of ${tested} pictures it had not learnt from, it named ${right} rightly.`;
  const bundle = await load(embedded);
  const target = bundle.manifest?.target;
  const labels = target?.kind === 'classes' ? target.labels : [];
  element('labels').textContent = labels.join(' · ');
  status.textContent = 'Ready. Drop a picture, or choose one.';
  let shown = '';
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      show(labels, await classify(bundle, file));
      URL.revokeObjectURL(shown);
      shown = URL.createObjectURL(file);
      const picture = document.createElement('img');
      picture.src = shown;
      picture.alt = file.name;
      element('view').replaceChildren(picture);
      status.textContent = '';
    } catch (thrown) {
      element('answers').replaceChildren();
      status.textContent = messageOf(thrown);
    }
  };
  const input = element('file');
  if (!(input instanceof HTMLInputElement)) throw new Error('#file is no input.');
  input.disabled = false;
  input.addEventListener('change', () => void take(input.files?.[0]));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  });
}

start().catch((thrown: unknown) => {
  element('status').textContent = messageOf(thrown);
});
