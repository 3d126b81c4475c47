import { useRef } from 'react';

/** The list of the last drawing, where its members are the same: memos then hold. */
export function useSame<T>(list: readonly T[]): readonly T[] {
  const before = useRef(list);
  const isSame =
    list.length === before.current.length &&
    list.every((member, index) => member === before.current[index]);
  before.current = isSame ? before.current : list;
  return before.current;
}
