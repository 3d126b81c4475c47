/**
 * The function, but it makes the answer for each argument once: for what takes long to
 * make, and for functions and objects that should stay the same ones.
 *
 * @param make of few different arguments: its answers are kept.
 */
export function once<K, V>(make: (argument: K) => V): (argument: K) => V {
  const strong = new Map<K, V>();
  const weak = new WeakMap<object, V>();
  return argument => {
    const isObject =
      (typeof argument === 'object' && argument !== null) ||
      typeof argument === 'function';
    const kept = isObject ? weak.get(argument) : strong.get(argument);
    if (kept !== undefined) {
      return kept;
    }
    const made = make(argument);
    if (isObject) {
      weak.set(argument, made);
    } else {
      strong.set(argument, made);
    }
    return made;
  };
}
