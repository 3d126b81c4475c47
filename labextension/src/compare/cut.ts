/** A text's beginning: a page is not to hold a megabyte where a line is seen. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
