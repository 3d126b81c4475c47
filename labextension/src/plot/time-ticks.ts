/**
 * Axes of time: how long since the start, and the time of day.
 */
import { numberTicks } from './scale';
import type { Scale, Tick } from './scale';
import type { Span } from './types';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps of a clock and of a calendar, in ms. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map(count => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(count => count * MINUTE),
  ...[1, 2, 3, 6, 12].map(count => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map(count => count * DAY)
];

export type TimeUnit = { readonly ms: number; readonly label: string };

/** The unit in which the longest time of a span is a handy number. */
export function timeUnit([low, high]: Span): TimeUnit {
  const longest = Math.max(Math.abs(low), Math.abs(high));
  if (longest > 3 * DAY) {
    return { ms: DAY, label: 'd' };
  }
  if (longest > 2 * HOUR) {
    return { ms: HOUR, label: 'h' };
  }
  if (longest > 2 * MINUTE) {
    return { ms: MINUTE, label: 'min' };
  }
  return longest > SECOND || longest === 0
    ? { ms: SECOND, label: 's' }
    : { ms: 1, label: 'ms' };
}

/** Round times since the start, in their unit. */
export function relativeTicks(scale: Scale, count: number): Tick[] {
  const { ms } = timeUnit(scale.domain);
  const inUnit: Scale = {
    ...scale,
    domain: [scale.domain[0] / ms, scale.domain[1] / ms]
  };
  return numberTicks(inUnit, count).map(({ value, label }) => ({
    value: value * ms,
    label
  }));
}

/** Times of day that a clock shows as round ones, local time. */
export function clockTicks({ domain }: Scale, count: number): Tick[] {
  const [low, high] = domain;
  const step =
    STEPS.find(candidate => (high - low) / candidate <= count) ?? 365 * DAY;
  const shift = -new Date(low).getTimezoneOffset() * MINUTE;
  const ticks: Tick[] = [];
  const first = Math.ceil((low + shift) / step);
  for (let index = first; ticks.length < 100; index += 1) {
    const value = index * step - shift;
    if (value > high) {
      break;
    }
    ticks.push({ value, label: clockLabel(value, step) });
  }
  return ticks;
}

function clockLabel(value: number, step: number): string {
  const moment = new Date(value);
  if (step >= DAY) {
    return moment.toLocaleDateString(undefined, {
      day: 'numeric',
      month: 'short'
    });
  }
  const hours = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  return step < MINUTE ? `${hours}:${two(moment.getSeconds())}` : hours;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
