import type { CheckReason } from '../../contract/words/check/check.ts';
import { type RawForm, rawMeant } from '../raw.ts';

/** What stands for true, and what for false, of a point that is a yes or no. */

type Scalar = number | boolean | string;
type Sides = {
  readonly type: string;
  readonly on?: readonly Scalar[] | undefined;
  readonly off?: readonly Scalar[] | undefined;
};

/** Both sides as raw values; what a field does not say is as usual. */
export function sidesOf(field: Sides, form: RawForm): [readonly Scalar[], readonly Scalar[]] {
  const raws = (written: readonly Scalar[]) =>
    written.flatMap((each) => {
      const side = sideOf(field, form, each);
      return side.ok ? side.raws : [each];
    });
  const [yes, no] = form.kind === 'yes-no' ? [true, false] : [1, 0];
  return [raws(field.on ?? [yes]), raws(field.off ?? [no])];
}

/** What of them never comes, so that the point would have no value, or the other one alone. */
export function sideProblems(
  field: Sides,
  form: RawForm,
): readonly { readonly key: 'on' | 'off'; readonly reason: CheckReason }[] {
  const never = (['on', 'off'] as const).flatMap((key) => {
    const side = (field[key] ?? []).map((each) => sideOf(field, form, each)).find(({ ok }) => !ok);
    return side === undefined || side.ok ? [] : [{ key, reason: side.reason }];
  });
  const [on, off] = sidesOf(field, form);
  const unsaid = field.on === undefined ? 'on' : field.off === undefined ? 'off' : null;
  return [
    ...(on.some((each) => off.includes(each)) ? [{ key: 'off', reason: { code: 'on-is-off' } } as const] : []),
    ...never,
    ...(form.kind === 'text' && unsaid !== null ? [{ key: unsaid, reason: { code: 'on-off-of-text' } } as const] : []),
  ];
}

type Side =
  | { readonly ok: true; readonly raws: readonly Scalar[] }
  | { readonly ok: false; readonly reason: CheckReason };

/**
 * The raw values that an entry means. Of a yes or no 0 is false and 1 is true: a contact that is `on: 0` would else never be
 * on, and off all the same.
 */
function sideOf({ type }: Sides, form: RawForm, written: Scalar): Side {
  if (form.kind === 'yes-no') {
    const same = written === 0 || written === 1 ? [written === 1] : [];
    if (type !== 'bit' || typeof written === 'boolean') return { ok: true, raws: [written, ...same] };
    return same.length > 0 ? { ok: true, raws: same } : { ok: false, reason: { code: 'on-off-of-bit' } };
  }
  const isText = form.kind === 'text';
  if (typeof written !== (isText ? 'string' : 'number'))
    return { ok: false, reason: { code: isText ? 'on-off-of-text' : 'on-off-of-number' } };
  const meant = typeof written === 'number' ? rawMeant(form, written) : null;
  if (meant?.ok === false) return { ok: false, reason: meant.problem };
  return { ok: true, raws: [meant?.raw ?? written] };
}
