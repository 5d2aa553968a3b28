/** Hand bytes to the user as a file. */
export function download(name: string, parts: BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the bytes after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
