import { GraftError, httpStore } from '@graft-ml/core';
import { loadPretrainedFrom, zooEntry, type Pretrained } from '@graft-ml/zoo';
import { backboneFiles, type FetchOptions } from './backbone-files.js';

/** The files of the small backbone, which are part of this page. */
const SEED_CNN = import.meta.glob<string>('/node_modules/@graft-ml/zoo/weights/seed-cnn-mnist/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

let loaded: { readonly name: string; readonly backbone: Promise<Pretrained> } | undefined;

/**
 * A pretrained backbone of the zoo, once: the last one stays in memory.
 *
 * @throws GraftError as `backboneFiles` and `loadPretrainedFrom` do
 */
export function backboneNamed(name: string, options: FetchOptions): Promise<Pretrained> {
  if (loaded?.name === name) return loaded.backbone;
  void loaded?.backbone.then(({ model }) => model.dispose()).catch(() => undefined);
  const backbone = load(name, options).catch((thrown: unknown) => {
    loaded = undefined;
    throw thrown;
  });
  loaded = { name, backbone };
  return backbone;
}

async function load(name: string, options: FetchOptions): Promise<Pretrained> {
  const { published } = zooEntry(name);
  return loadPretrainedFrom(published === undefined ? partOfThisPage() : await backboneFiles(published, options), name);
}

/** The page's own files have names of the build; the store gives them back theirs. */
function partOfThisPage(): ReturnType<typeof httpStore> {
  const urls = new Map(Object.entries(SEED_CNN).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url]));
  const store = httpStore(new URL('./', self.location.href));
  return {
    ...store,
    has: async (name) => urls.has(name),
    async read(name) {
      const url = urls.get(name);
      if (url === undefined) throw new GraftError({ code: 'not-found', what: `This page has no file ${name}.` });
      const response = await fetch(url);
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      throw new GraftError({ code: 'unavailable', what: `The page’s own file ${url} answered ${response.status}.` });
    },
  };
}
