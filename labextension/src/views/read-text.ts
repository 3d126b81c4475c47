import { ApiError } from '../api';

/** Hands over a long answer as it comes. Rejects where it breaks off. */
export async function readText(
  response: Response,
  onText: (text: string) => void
): Promise<void> {
  const reader = response.body
    ?.pipeThrough(new TextDecoderStream())
    .getReader();
  try {
    for (let part = await reader?.read(); part; part = await reader?.read()) {
      if (part.done) {
        return;
      }
      onText(part.value);
    }
  } catch {
    throw new ApiError({ kind: 'offline' });
  }
}
