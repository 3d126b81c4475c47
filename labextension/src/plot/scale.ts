/**
 * From values to pixels and back, and the values that an axis names.
 */
import type { Span } from './types';

export type Scale = {
  readonly log: boolean;
  readonly domain: Span;
  readonly pixels: Span;
};

export function toPixel({ log, domain, pixels }: Scale, value: number): number {
  const [low, high] = log ? logarithms(domain) : domain;
  const at = log ? Math.log10(value) : value;
  return pixels[0] + ((at - low) / (high - low)) * (pixels[1] - pixels[0]);
}

export function toValue({ log, domain, pixels }: Scale, pixel: number): number {
  const [low, high] = log ? logarithms(domain) : domain;
  const at =
    low + ((pixel - pixels[0]) / (pixels[1] - pixels[0])) * (high - low);
  return log ? 10 ** at : at;
}

/** A window moved and stretched as it looks on the screen, log or not. */
export function stretch(
  { log, domain }: Pick<Scale, 'log' | 'domain'>,
  about: number,
  factor: number,
  shift = 0
): Span {
  const [low, high] = log ? logarithms(domain) : domain;
  const centre = log ? Math.log10(about) : about;
  const move = (high - low) * shift;
  const ends = [
    centre + (low - centre) * factor + move,
    centre + (high - centre) * factor + move
  ] as const;
  return log ? [10 ** ends[0], 10 ** ends[1]] : ends;
}

function logarithms([low, high]: Span): Span {
  return [Math.log10(low), Math.log10(high)];
}

export type Tick = { readonly value: number; readonly label: string };

/** Round values inside the domain, `count` or so, with labels of one precision. */
export function numberTicks({ log, domain }: Scale, count: number): Tick[] {
  if (log) {
    const ticks = logValues(domain, count);
    if (ticks.length >= 2) {
      return ticks.map(value => ({ value, label: shortNumber(value) }));
    }
  }
  const step = roundStep((domain[1] - domain[0]) / Math.max(1, count));
  const first = Math.ceil(domain[0] / step - 1e-9);
  const last = Math.floor(domain[1] / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let index = first; index <= last && ticks.length < 100; index += 1) {
    const value = index * step;
    const size = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
    ticks.push({
      value,
      label:
        size >= 1e6 || decimals > 6
          ? shortNumber(Number(value.toPrecision(12)))
          : withMinus((index === 0 ? 0 : value).toFixed(decimals))
    });
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten, and not less than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const lead = step / power;
  const nice = lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10;
  return nice * power;
}

function logValues(domain: Span, count: number): number[] {
  const [low, high] = logarithms(domain);
  const decades = high - low;
  const leads = decades <= 1.5 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const values: number[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power += 1) {
    if (((power % stride) + stride) % stride !== 0) {
      continue;
    }
    for (const lead of leads) {
      const value = Number(`${lead}e${power}`);
      if (value >= domain[0] * (1 - 1e-9) && value <= domain[1] * (1 + 1e-9)) {
        values.push(value);
      }
    }
  }
  return values;
}

/** A number with as few characters as it takes: "1e−5", "0.02", "2.5e6". */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const [digits = '', power = ''] = value.toExponential().split('e');
    const short = Number(Number(digits).toPrecision(6));
    return withMinus(`${short}e${power.replace('+', '')}`);
  }
  return withMinus(String(Number(value.toPrecision(12))));
}

function withMinus(text: string): string {
  return text.replace(/-/g, '\u2212');
}
