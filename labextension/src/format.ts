/**
 * Numbers, values and times as text.
 *
 * Metrics and params are written as Python writes them (a point, no grouping), because
 * they stand in the code font beside code. Words and dates follow the language.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { once } from './once';

/** A float as the contract carries it: "NaN" and the infinities are strings. */
export type ContractNumber = number | string;

export type NumberFormat = (value: ContractNumber) => string;

const SIGNIFICANT = 4;
const MAX_DECIMALS = 6;
const MINUS = '\u2212';
const NONE = '\u2013';
/** Python writes an exponent with two digits at least. */
const SHORT_EXPONENT = /e([+-])(\d)$/;

export function toNumber(value: ContractNumber): number {
  return typeof value === 'number' ? value : Number(value);
}

/**
 * A format that gives all numbers of a column the same precision: enough decimals for
 * the largest to show four digits, none when all are whole.
 */
export function columnFormat(values: readonly ContractNumber[]): NumberFormat {
  let largest = 0;
  let whole = true;
  for (const value of values) {
    const number = toNumber(value);
    if (Number.isFinite(number)) {
      largest = Math.max(largest, Math.abs(number));
      whole &&= Number.isInteger(number);
    }
  }
  if (largest >= 1e7 || (largest > 0 && largest < 1e-4)) {
    return exponential;
  }
  const before = largest <= 1 ? 0 : Math.floor(Math.log10(largest)) + 1;
  const decimals = whole ? 0 : clamp(SIGNIFICANT - before, 1, MAX_DECIMALS);
  const digits = largest <= 1 && !whole ? smallDecimals(largest) : decimals;
  return WITH_DECIMALS[digits] ?? exponential;
}

// Formats of one precision are one function: rows whose precision stays are not drawn
// anew.
const WITH_DECIMALS = Array.from(
  { length: MAX_DECIMALS + 1 },
  (_, decimals): NumberFormat =>
    value =>
      formatWith(value, number => fixed(number, decimals))
);

function exponential(value: ContractNumber): string {
  return formatWith(value, number => pythonExponent(number, 3));
}

/** One number by itself. */
export function formatNumber(value: ContractNumber): string {
  return columnFormat([value])(value);
}

/** A change with its sign, in the precision of its column; "±0" where it vanishes. */
export function formatChange(change: number, format: NumberFormat): string {
  const size = format(Math.abs(change));
  if (change === 0) {
    return `±${format(0)}`;
  }
  // What the column's precision hides is still said.
  const shown = Number(size) === 0 ? formatNumber(Math.abs(change)) : size;
  return `${change > 0 ? '+' : MINUS}${shown}`;
}

/**
 * The deviation of a mean, "±0.01": in the precision of its column, with the digits of
 * its own where that would hide it.
 */
export function formatDeviation(
  std: ContractNumber,
  format: NumberFormat
): string {
  const shown = format(std);
  const hidden = toNumber(std) !== 0 && Number(shown) === 0;
  return `±${hidden ? toNumber(std).toPrecision(1) : shown}`;
}

/** A param's value, short: strings without quotes, floats without noise. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value === 'number') {
    return formatParamNumber(value);
  }
  return value == null ? 'None' : JSON.stringify(value);
}

function formatParamNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) {
    return String(value).replace('-', MINUS);
  }
  const short = Number(value.toPrecision(12));
  const size = Math.abs(short);
  const text =
    size < 1e-4 || size >= 1e16
      ? short.toExponential().replace(SHORT_EXPONENT, 'e$10$2')
      : String(short);
  return text.replace(/^-/, MINUS);
}

/** Time spent, in the two largest units: "3 ms", "0.4 s", "18 s", "1 min 12 s". */
export function formatDuration(ms: number, trans: TranslationBundle): string {
  if (ms < 100) {
    return trans.__('%1 ms', Math.round(ms));
  }
  if (ms < 9_950) {
    return trans.__('%1 s', (ms / 1000).toFixed(1));
  }
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) {
    return trans.__('%1 s', seconds);
  }
  if (seconds < 3600) {
    const rest = seconds % 60;
    const minutes = Math.floor(seconds / 60);
    return rest === 0
      ? trans.__('%1 min', minutes)
      : trans.__('%1 min %2 s', minutes, rest);
  }
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) {
    return trans.__('%1 h %2 min', hours, Math.floor((seconds % 3600) / 60));
  }
  return trans.__('%1 d %2 h', Math.floor(hours / 24), hours % 24);
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size in the largest unit of which there is at least one. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** How long ago, in one unit: "now", "4 min", "3 h", "2 d", else the date. */
export function formatAge(
  at: string,
  now: number,
  trans: TranslationBundle,
  locale?: string
): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (seconds < 60) {
    return trans.__('now');
  }
  if (seconds < 3600) {
    return trans.__('%1 min', Math.floor(seconds / 60));
  }
  if (seconds < 86_400) {
    return trans.__('%1 h', Math.floor(seconds / 3600));
  }
  if (seconds < 7 * 86_400) {
    return trans.__('%1 d', Math.floor(seconds / 86_400));
  }
  return formatDate(at, now, locale);
}

/** Date and time in full, for hover. */
export function formatMoment(at: string, locale?: string): string {
  return dateFormats(locale).moment.format(new Date(at));
}

// Making one takes far longer than writing a date with it.
const dateFormats = once((locale: string | undefined) => {
  const day = { day: 'numeric', month: 'short' } as const;
  return {
    moment: new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'medium'
    }),
    thisYear: new Intl.DateTimeFormat(locale, day),
    otherYear: new Intl.DateTimeFormat(locale, { ...day, year: 'numeric' })
  };
});

/** "Today", "Yesterday", "14 Nov", with the year where it is another one. */
export function formatDay(
  at: string,
  now: number,
  trans: TranslationBundle,
  locale?: string
): string {
  const key = dayKey(at);
  if (key === dayKey(new Date(now).toISOString())) {
    return trans.__('Today');
  }
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (key === dayKey(yesterday.toISOString())) {
    return trans.__('Yesterday');
  }
  return formatDate(at, now, locale);
}

const dayOfMinute = new Map<string, string>();

/**
 * The local day of a moment, as a key that sorts.
 *
 * @param at in UTC, as ISO 8601. A long list asks for the same minutes again and again.
 */
export function dayKey(at: string): string {
  const minute = at.slice(0, 16);
  const known = dayOfMinute.get(minute);
  if (known !== undefined) {
    return known;
  }
  const key = localDay(at);
  dayOfMinute.set(minute, key);
  return key;
}

function localDay(at: string): string {
  const day = new Date(at);
  const pad = (part: number): string => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}

function formatDate(at: string, now: number, locale?: string): string {
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const { otherYear, thisYear } = dateFormats(locale);
  return (sameYear ? thisYear : otherYear).format(date);
}

function formatWith(
  value: ContractNumber,
  format: (number: number) => string
): string {
  const number = toNumber(value);
  if (Number.isNaN(number)) {
    return 'NaN';
  }
  if (!Number.isFinite(number)) {
    return number > 0 ? '\u221e' : `${MINUS}\u221e`;
  }
  return format(number).replace(/^-/, MINUS);
}

/** Decimals that leave four digits of a number below one, "0.9731", "0.01234". */
function smallDecimals(largest: number): number {
  const zeros =
    largest > 0 ? Math.max(0, -Math.floor(Math.log10(largest)) - 1) : 0;
  return clamp(SIGNIFICANT + zeros, SIGNIFICANT, MAX_DECIMALS);
}

function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

function pythonExponent(value: number, digits: number): string {
  if (value === 0) {
    return '0';
  }
  return value.toExponential(digits).replace(SHORT_EXPONENT, 'e$10$2');
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** What stands where there is no number. */
export const NO_VALUE = NONE;
