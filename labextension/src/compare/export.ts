/**
 * A comparison as text to take elsewhere: pure functions.
 */

export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** RFC 4180, with CRLF. */
export function toCsv({ head, rows }: Table): string {
  return [head, ...rows]
    .map(row => row.map(csvCell).join(','))
    .map(line => `${line}\r\n`)
    .join('');
}

export function toMarkdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(markdownCell).join(' | ')} |`;
  return [
    line(head),
    `| ${head.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rows.map(line)
  ].join('\n');
}

/** What a spreadsheet would take for a formula is marked as text, numbers aside. */
function csvCell(text: string): string {
  const plain = text.replace(/−/g, '-');
  const isNumber = /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(plain);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

function markdownCell(text: string): string {
  return text
    .replace(/[\\|`*_<>[\]]/g, character => `\\${character}`)
    .replace(/\s+/g, ' ');
}
