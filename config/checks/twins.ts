import { say } from '../../contract/words/check/said.ts';
import type { Finding } from '../files/problem.ts';
import type { PartialDevice } from './partial-site.ts';

/** A device whose address another of its bus has. */
export function twinFindings(device: PartialDevice, all: readonly PartialDevice[]): Finding[] {
  const twin = all.find((other) => other.address === device.address);
  if (device.address === undefined || twin === undefined || twin === device) return [];
  const said = say({ code: 'address-taken', address: device.address, device: twin.id ?? null });
  return [{ path: [...device.path, 'address'], ...said }];
}
