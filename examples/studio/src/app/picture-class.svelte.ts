/** One picture of a class. */
export interface Picture {
  readonly id: number;
  readonly file: File;
  /** A square of it, small enough for a page full of them. */
  readonly small: Blob;
  /** An object URL of `small`. */
  readonly thumbnail: string;
}

/** Pictures that show the same kind of thing. */
export class PictureClass {
  readonly id: number;
  name: string = $state('');
  pictures: readonly Picture[] = $state.raw([]);

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }
}
