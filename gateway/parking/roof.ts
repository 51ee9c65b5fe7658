/**
 * The distance to what stands below a sensor, within one occupation. Another roof height without a free bay in between may
 * be another car, which a contact cannot tell. One odd echo is none: the new distance has to be seen again.
 */
export type Roof = {
  /** mm, of the car that stands there; null until it is measured. */
  readonly mm: number | null;
  readonly other: { readonly mm: number; readonly since: number } | null;
};

export const noRoof: Roof = { mm: null, other: null };

/** `changedAt`: since when another roof has been seen; null while it is the same. */
export function measured(
  roof: Roof,
  { mm, at }: { mm: number; at: number },
  jumpMm: number,
): { roof: Roof; changedAt: number | null } {
  if (roof.mm === null) return { roof: { mm, other: null }, changedAt: null };
  if (Math.abs(mm - roof.mm) < jumpMm) return { roof: { mm: roof.mm, other: null }, changedAt: null };
  const { other } = roof;
  if (other === null || Math.abs(mm - other.mm) >= jumpMm)
    return { roof: { mm: roof.mm, other: { mm, since: at } }, changedAt: null };
  return { roof: { mm, other: null }, changedAt: other.since };
}
