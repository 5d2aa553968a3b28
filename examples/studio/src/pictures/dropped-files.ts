/** A file and the folder that it lay in; undefined for a file that was given alone. */
export interface FoundFile {
  readonly file: File;
  readonly folder: string | undefined;
}

/** What files that were chosen by a folder picker carry: `photos/ants/1.jpg` lies in `ants`. */
export function chosenFiles(files: Iterable<File>): FoundFile[] {
  return [...files].filter(isVisible).map((file) => {
    const parts = file.webkitRelativePath.split('/');
    return { file, folder: parts.length > 1 ? parts.at(-2) : undefined };
  });
}

/** Everything in what was dropped, folders read to the bottom. */
export async function droppedFiles(data: DataTransfer): Promise<FoundFile[]> {
  // Entries must be taken before the first await: the list is emptied when the event is over.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(data.files);
  const found = await Promise.all(entries.map((entry) => filesUnder(entry, undefined)));
  return found.flat();
}

async function filesUnder(entry: FileSystemEntry, folder: string | undefined): Promise<FoundFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return isVisible(file) ? [{ file, folder }] : [];
  }
  if (!isDirectory(entry)) return [];
  const reader = entry.createReader();
  const children: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and nothing when it is done.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    children.push(...some);
  }
  return (await Promise.all(children.map((child) => filesUnder(child, entry.name)))).flat();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Systems put files of their own into folders: `.DS_Store`, `Thumbs.db`. */
function isVisible(file: File): boolean {
  return !file.name.startsWith('.') && file.name !== 'Thumbs.db' && file.name !== 'desktop.ini';
}
