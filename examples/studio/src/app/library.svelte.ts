import { messageOf } from '@graft-ml/core';
import { jobClient, type JobClient } from '@graft-ml/train/worker';
import type { FoundFile } from '../pictures/dropped-files.js';
import type { ThumbnailJobs } from '../pictures/thumbnails.js';
import { Keeper } from './keeper.js';
import { PictureClass } from './picture-class.svelte.js';

export interface SkippedFile {
  readonly name: string;
  readonly why: string;
}

/** What was taken away last, until something else is. */
export interface Removed {
  /** For people. */
  readonly what: string;
  readonly undo: () => void;
}

/** The user's classes and pictures. Files are never copied anywhere: only their thumbnails are made. */
export class Library {
  classes: PictureClass[] = $state([]);
  skipped: readonly SkippedFile[] = $state.raw([]);
  removed: Removed | undefined = $state.raw();
  /** Thumbnails of what was removed last: they go when it cannot come back any more. */
  #removedThumbnails: readonly string[] = [];
  /** Whether pictures are kept in this browser for the next visit. */
  keep: boolean = $state(false);
  keepProblem: string = $state('');
  readonly #keeper: Keeper = new Keeper();
  /** Files that are being read. */
  reading: number = $state(0);
  readonly count: number = $derived(this.classes.reduce((sum, { pictures }) => sum + pictures.length, 0));
  #next = 0;
  readonly #thumbnails: JobClient<ThumbnailJobs> = jobClient<ThumbnailJobs>(
    new Worker(new URL('../pictures/thumbnails.ts', import.meta.url), { type: 'module' }),
  );

  /** Why the pictures cannot be trained on yet; undefined when they can. */
  readonly problem: string | undefined = $derived.by(() => {
    if (this.reading > 0) return 'Pictures are still being read.';
    if (this.classes.length === 0) return 'Add pictures of at least two kinds of things.';
    const empty = this.classes.find(({ pictures }) => pictures.length === 0);
    if (empty !== undefined) return `The class “${empty.name}” has no pictures: add some, or remove the class.`;
    if (this.classes.length === 1) {
      return 'There is only one class. With nothing to tell it from there is nothing to learn: add a second one.';
    }
    const names = this.classes.map(({ name }) => name.trim());
    if (names.includes('')) return 'Give every class a name.';
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) return `Two classes are called “${twice}”: rename one.`;
    if (this.classes.every(({ pictures }) => pictures.length < 2)) {
      return 'At least one class needs a second picture, so that one can be held back to test on.';
    }
    return undefined;
  });

  addClass(name = `Class ${this.classes.length + 1}`): PictureClass {
    const made = new PictureClass(this.#next++, name);
    this.classes.push(made);
    // The list holds reactive proxies, and only those are watched.
    return this.classes.at(-1) ?? made;
  }

  removeClass(gone: PictureClass): void {
    const at = this.classes.findIndex(({ id }) => id === gone.id);
    if (at < 0) return;
    this.classes = this.classes.toSpliced(at, 1);
    const { length } = gone.pictures;
    this.#remember({
      what: `the class “${gone.name}” with ${length === 1 ? 'one picture' : `${length} pictures`}`,
      thumbnails: gone.pictures.map(({ thumbnail }) => thumbnail),
      undo: () => (this.classes = this.classes.toSpliced(at, 0, gone)),
    });
  }

  removePicture(from: PictureClass, id: number): void {
    const at = from.pictures.findIndex((each) => each.id === id);
    const picture = from.pictures[at];
    if (picture === undefined) return;
    from.pictures = from.pictures.toSpliced(at, 1);
    this.#remember({
      what: picture.file.name,
      thumbnails: [picture.thumbnail],
      undo: () => (from.pictures = from.pictures.toSpliced(at, 0, picture)),
    });
  }

  #remember(gone: { what: string; thumbnails: readonly string[]; undo: () => void }): void {
    for (const url of this.#removedThumbnails) URL.revokeObjectURL(url);
    this.#removedThumbnails = gone.thumbnails;
    this.removed = {
      what: gone.what,
      undo: () => {
        this.#removedThumbnails = [];
        this.removed = undefined;
        gone.undo();
      },
    };
  }

  /** Sort files into the classes named like their folders; files without a folder go to `into`, or a class of their own. */
  async addFiles(found: readonly FoundFile[], into?: PictureClass): Promise<void> {
    const byName = new Map<string, PictureClass>(this.classes.map((each) => [each.name, each]));
    // Browsers list folders in any order; one order makes one seed give one model.
    const path = ({ file, folder = '' }: FoundFile): string => `${folder}/${file.name}`;
    const sorted = found.toSorted((a, b) => path(a).localeCompare(path(b), 'en', { numeric: true }));
    const homes = sorted.map(({ file, folder }) => {
      if (into !== undefined) return { file, home: into };
      const name = folder ?? 'Pictures';
      const home = byName.get(name) ?? this.addClass(name);
      byName.set(name, home);
      return { file, home };
    });
    await Promise.all(homes.map(({ file, home }) => this.#add(file, home)));
  }

  async #add(file: File, home: PictureClass): Promise<void> {
    this.reading++;
    try {
      const { picture } = await this.#thumbnails.run('thumbnail', { file, name: file.name });
      const thumbnail = URL.createObjectURL(picture);
      home.pictures = [...home.pictures, { id: this.#next++, file, small: picture, thumbnail }];
    } catch (thrown) {
      this.skipped = [...this.skipped, { name: file.name, why: messageOf(thrown) }];
    } finally {
      this.reading--;
    }
  }

  /** Bring back what was kept in an earlier visit. Then it goes on being kept. */
  async restore(): Promise<void> {
    try {
      const kept = await this.#keeper.read();
      if (kept.length === 0 || this.classes.length > 0) return;
      this.classes = kept.map(({ id, name, pictures }) => {
        const home = new PictureClass(id, name);
        home.pictures = pictures.map((each) => ({ ...each, thumbnail: URL.createObjectURL(each.small) }));
        return home;
      });
      // New numbers must not be those of what was kept.
      this.#next = 1 + Math.max(...kept.flatMap(({ id, pictures }) => [id, ...pictures.map((each) => each.id)]));
      this.keep = true;
    } catch {
      // A browser that keeps nothing has nothing to bring back.
    }
  }

  /** Keep what is here now for the next visit, or, when the user does not want that, nothing. */
  async save(): Promise<void> {
    const classes = this.keep
      ? this.classes.map(({ id, name, pictures }) => ({
          id,
          name,
          pictures: pictures.map(({ id: number, file, small }) => ({ id: number, file, small })),
        }))
      : [];
    try {
      await this.#keeper.write(classes);
      this.keepProblem = '';
    } catch (thrown) {
      this.keepProblem = this.keep ? messageOf(thrown) : '';
    }
  }

  forgetSkipped(): void {
    this.skipped = [];
  }
}
