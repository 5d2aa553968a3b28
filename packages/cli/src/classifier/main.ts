/*
 * The page that `graft export --web` and the studio write: a model, the engine and this, in one HTML file that needs no
 * connection. Bundled by scripts/bundle-classifier.mjs.
 */
import { wasm } from '@graft-ml/backend-wasm';
import { messageOf, openBundleFile, useBackend, type TargetSpec } from '@graft-ml/core';
import { answerItems } from './answers.js';
import { openCamera, type Camera } from './camera.js';
import { classifierOf } from './classify.js';
import type { EmbeddedModel } from './embedded-model.js';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`This page has no #${id}.`);
  return found;
}

const status = element('status');
const say = (text: string): void => {
  status.textContent = text;
};

async function start(): Promise<void> {
  const embedded: EmbeddedModel = JSON.parse(element('graft-model').textContent ?? '');
  element('tested').textContent = embedded.note;
  await useBackend(wasm());
  const bytes = Uint8Array.from(atob(embedded.bundle), (each) => each.charCodeAt(0));
  const bundle = await openBundleFile(bytes, 'the model in this page');
  const target: TargetSpec = bundle.manifest?.target ?? { kind: 'classes', labels: [] };
  element('labels').textContent = (target.kind === 'values' ? target.names : target.labels).join(' · ');
  const classify = classifierOf(bundle);
  let camera: Camera | undefined;
  const closeCamera = (): void => {
    camera?.stop();
    camera = undefined;
    button.textContent = 'Use the camera';
  };
  const look = async (picture: ImageBitmapSource, name: string): Promise<void> => {
    element('answers').replaceChildren(...answerItems(await classify(picture, name), target));
  };

  let shown = '';
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    closeCamera();
    try {
      await look(file, file.name);
      URL.revokeObjectURL(shown);
      shown = URL.createObjectURL(file);
      const picture = document.createElement('img');
      picture.src = shown;
      picture.alt = file.name;
      element('view').replaceChildren(picture);
      say('');
    } catch (thrown) {
      element('answers').replaceChildren();
      say(messageOf(thrown));
    }
  };

  const button = element('camera');
  const toggle = async (): Promise<void> => {
    if (camera !== undefined) {
      closeCamera();
      return;
    }
    try {
      say('Waiting for the camera …');
      camera = await openCamera(async (video) => {
        try {
          await look(video, 'the camera’s picture');
        } catch (thrown) {
          say(messageOf(thrown));
          closeCamera();
        }
      });
      element('view').replaceChildren(camera.video);
      button.textContent = 'Stop the camera';
      say('');
    } catch (thrown) {
      say(messageOf(thrown));
    }
  };

  const input = element('file');
  if (!(input instanceof HTMLInputElement) || !(button instanceof HTMLButtonElement)) {
    throw new Error('#file is no input, or #camera no button.');
  }
  input.disabled = false;
  button.disabled = false;
  say('Ready. Drop a picture, or choose one.');
  input.addEventListener('change', () => void take(input.files?.[0]));
  button.addEventListener('click', () => void toggle());
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  });
}

start().catch((thrown: unknown) => say(messageOf(thrown)));
