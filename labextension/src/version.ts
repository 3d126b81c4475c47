/**
 * The version of what the browser has, beside that of the server half. Both come in one
 * package; they differ where the server was not started again after an update, or the
 * page not loaded again.
 */

/** As package.json has it. */
export const VERSION = '0.1.0';

export type Mismatch = 'server is older' | 'page is older';

/** Which of the two halves is older; null where they fit or the server's is unknown. */
export function mismatch(
  serverVersion: string,
  pageVersion = VERSION
): Mismatch | null {
  if (serverVersion === '' || serverVersion === pageVersion) {
    return null;
  }
  const server = numbersOf(serverVersion);
  const page = numbersOf(pageVersion);
  for (let index = 0; index < 3; index += 1) {
    const difference = (server[index] ?? 0) - (page[index] ?? 0);
    if (difference !== 0) {
      return difference < 0 ? 'server is older' : 'page is older';
    }
  }
  return null;
}

function numbersOf(version: string): readonly number[] {
  return version.split('.').map(part => Number.parseInt(part, 10) || 0);
}
