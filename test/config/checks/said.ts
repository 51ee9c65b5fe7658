import { problemsOf } from '../site-text.ts';

const about = 'id: p\nmaker: M\nmodel: X\nsource: s\nverified: none\n';

/** What is said of a profile, and of a site that changes a point of it. */
export function said(profile: string, device: string, kind = 'modbus-tcp, host: 192.0.2.7'): string[] {
  const site = `site: t\nname: { ko: 가, en: a }\nprofiles: [profiles]\nagents:\n  - id: a\n    uplink: { url: "mqtt://127.0.0.1:1883" }\n    buses:\n      - { id: b, kind: ${kind}, devices: [${device}] }\n`;
  return problemsOf(site, { 'profiles/p.yaml': about + profile });
}

export const modbus = (points: string, more = '') =>
  said(`points: { ${points} }\n`, `{ id: d, profile: p, unit: 1${more === '' ? '' : `, points: { ${more} }`} }`);
export const holding = (name: string, at: number, keys: string) =>
  `${name}: { table: holding, address: ${at}, kind: x, ${keys} }`;
export const lines = (points: string) =>
  said(
    `protocol: serial-lines\nframe: { layout: "R{a:4},{b:3}" }\npoints: { ${points} }\n`,
    '{ id: d, profile: p }',
    'serial, port: /dev/ttyS9',
  );
export const frames = (points: string) =>
  said(
    `protocol: serial-frames\nframe: { start: [255], length: 6, checksum: { kind: sum8, from: 0, to: 4, at: 5 } }\npoints: { ${points} }\n`,
    '{ id: d, profile: p }',
    'serial, port: /dev/ttyS9',
  );
export const uplink = (points: string) =>
  said(
    `protocol: uplink\nlayouts: [{ id: l, port: 1, body: bytes, length: 3, fields: { a: { at: 0, type: u16 }, s: { at: 2, type: u8 } } }]\npoints: { ${points} }\n`,
    '{ id: d, profile: p, address: "0011223344556677" }',
    'mqtt, url: "mqtt://127.0.0.1:1883", format: chirpstack',
  );
