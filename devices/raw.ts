import type { CheckReason } from '../contract/words/check/check.ts';

/**
 * Which raw values a type can give, and what a number of a data sheet means among them. Data sheets print "none" as the
 * bits that stand in the register: 0x8000 of a signed one, 0xFF00 of its upper byte, 0x7FC00000 of a float. Compared as it
 * is written, such a number never matches, and the device's "none" would come through as −3276.8 °C. So it is read as the
 * bit pattern it is, and what neither is a value of the type nor a pattern of its bits is refused.
 */

/** What a point's raw values are. */
export type RawForm =
  /** Whole numbers of so many bits; `mask` is where they stand in the register. */
  | { readonly kind: 'whole'; readonly bits: number; readonly sign: Sign; readonly mask: number | undefined }
  | { readonly kind: 'decimal'; readonly digits: number }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  /** A number in text: as many digits behind its point, and characters in all, as are said. */
  | { readonly kind: 'written'; readonly decimals: number | undefined; readonly width: number | null }
  | { readonly kind: 'yes-no' }
  | { readonly kind: 'text' };

/** none: never negative · complement: two's complement · magnitude: the top bit is the sign. */
export type Sign = 'none' | 'complement' | 'magnitude';

type Meant = { readonly ok: true; readonly raw: number } | { readonly ok: false; readonly problem: CheckReason };

/** The raw value that a number of a profile means; what a person would have to write instead where it means none. */
export function rawMeant(form: RawForm, written: number): Meant {
  switch (form.kind) {
    case 'whole':
      return wholeMeant(form, written);
    case 'decimal':
      return decimalMeant(form.digits, written);
    case 'float':
      return said(written);
    case 'written':
      return writtenMeant(form, written);
    case 'yes-no':
      return written === 0 || written === 1 ? said(written) : no({ code: 'no-raw-bit', written });
    case 'text':
      return no({ code: 'text-has-no-number' });
  }
}

/** The least and the greatest raw value; null where that is no question. */
export function rawLimits(form: RawForm): readonly [number, number] | null {
  if (form.kind === 'yes-no') return [0, 1];
  if (form.kind === 'decimal') return [0, 10 ** form.digits - 1];
  if (form.kind !== 'whole') return null;
  const half = 2 ** (form.bits - 1);
  if (form.sign === 'none') return [0, 2 * half - 1];
  return [form.sign === 'complement' ? -half : 1 - half, half - 1];
}

/**
 * Whether a float is a sentinel: the float nearest to what the profile says, or the one whose bits it is. Whole numbers
 * that are both are both; a measured value that happens to have just these bits is one in four thousand million.
 */
export function isFloatSentinel(bits: 32 | 64, sentinel: number, raw: number): boolean {
  if (raw === (bits === 32 ? Math.fround(sentinel) : sentinel)) return true;
  return sentinel >= 0 && bitsOf(bits, raw) === sentinel;
}

const view = new DataView(new ArrayBuffer(8));

function bitsOf(bits: 32 | 64, raw: number): number {
  if (bits === 32) view.setFloat32(0, raw);
  else view.setFloat64(0, raw);
  return bits === 32 ? view.getUint32(0) : view.getUint32(0) * 2 ** 32 + view.getUint32(4);
}

function said(raw: number): Meant {
  return { ok: true, raw };
}

function no(problem: CheckReason): Meant {
  return { ok: false, problem };
}

function wholeMeant(form: Extract<RawForm, { kind: 'whole' }>, written: number): Meant {
  const [least, most] = rawLimits(form) ?? [0, 0];
  const outside = { written, least, most };
  if (!Number.isInteger(written)) return no({ code: 'before-scale', ...outside });
  if (written >= least && written <= most) return said(written + 0);
  const all = 2 ** form.bits;
  const shifted = shiftedDown(form.mask, written);
  const pattern = shifted ?? (written < 0 && form.sign === 'none' ? written + all : written);
  if (pattern < 0 || pattern > all || (pattern === all && form.bits <= 53))
    return no({ code: 'no-raw-value', ...outside });
  if (form.bits > 53 && pattern > Number.MAX_SAFE_INTEGER) return wideMeant(form, outside, pattern);
  const raw = ofPattern(form.sign, all, pattern);
  return raw === undefined ? no({ code: 'sign-bit-of-zero', ...outside }) : said(raw);
}

/** Bits at their place in the register, as 0xFF00 of a mask 0xFF00. */
function shiftedDown(mask: number | undefined, written: number): number | undefined {
  if (mask === undefined || written < 0 || written > mask) return undefined;
  const unit = lowestBit(mask);
  return isWithin(mask, written) ? written / unit : undefined;
}

function lowestBit(mask: number): number {
  let unit = 1;
  while (mask % (2 * unit) === 0) unit *= 2;
  return unit;
}

/** Whether no bit of `written` lies outside of the mask; both below 2³². */
function isWithin(mask: number, written: number): boolean {
  return (written & ~mask) >>> 0 === 0;
}

function ofPattern(sign: Sign, all: number, pattern: number): number | undefined {
  const half = all / 2;
  if (sign === 'none' || pattern < half) return pattern;
  if (sign === 'complement') return pattern - all;
  return pattern === half ? undefined : half - pattern;
}

/** A double does not hold such a pattern, so what it means cannot be told; an unsigned one is beyond every value anyway. */
type Outside = { readonly written: number; readonly least: number; readonly most: number };

function wideMeant(form: Extract<RawForm, { kind: 'whole' }>, outside: Outside, pattern: number): Meant {
  if (form.sign === 'none' || pattern === 2 ** 63) return said(pattern);
  return no({ code: 'wide-pattern', ...outside, allOnes: pattern >= 2 ** form.bits - 1024 });
}

function decimalMeant(digits: number, written: number): Meant {
  const most = 10 ** digits - 1;
  if (Number.isInteger(written) && written >= 0 && written <= most) return said(written);
  const hex = Number.isSafeInteger(written) && written > 0 ? written.toString(16) : '';
  // With a digit over 9 it is no value already: such a number never comes out of the registers.
  if (hex !== '' && hex.length <= digits) return said(/^\d+$/.test(hex) ? Number(hex) : written);
  return no({ code: 'no-raw-value', written, least: 0, most });
}

function writtenMeant({ decimals, width }: Extract<RawForm, { kind: 'written' }>, written: number): Meant {
  const text = decimals === undefined ? String(written) : written.toFixed(decimals);
  if (Number(text) !== written) return no({ code: 'too-many-decimals', written, decimals: decimals ?? null });
  if (width !== null && text.length > width) return no({ code: 'number-over-field', text, width });
  return said(written);
}
