/** Saves bytes as a file, without the browser taking them for a page. */
export function saveFile(bytes: BlobPart, fileName: string): void {
  // Of no type that a browser shows: a page of ours with its script would be one.
  const type = 'application/octet-stream';
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
