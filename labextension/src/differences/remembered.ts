/**
 * A choice of this browser's user, as long as the browser keeps it.
 */
import { useState } from 'react';

const PREFIX = 'trackbook:';

export function useRemembered<T extends string>(
  name: string,
  choices: readonly [T, ...T[]]
): readonly [T, (choice: T) => void] {
  const [chosen, setChosen] = useState<T>(
    () => choices.find(choice => choice === read(name)) ?? choices[0]
  );
  const choose = (choice: T): void => {
    setChosen(choice);
    try {
      localStorage.setItem(PREFIX + name, choice);
    } catch {
      // A browser that keeps nothing still shows what was chosen.
    }
  };
  return [chosen, choose];
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}
