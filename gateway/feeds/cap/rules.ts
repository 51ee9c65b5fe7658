import { tryCapTime } from './time.ts';
import type { XmlElement } from './xml.ts';

/**
 * What a CAP message must keep beyond the schema, as data: each rule with the place it is asked at and its source. A rule
 * answers with what is wrong, or null. They read the document alone and know nothing of how ours are made.
 */
export type CapRule = {
  readonly id: string;
  readonly source: string;
  /** Asked once for each of these elements. */
  readonly at: 'alert' | 'info' | 'area' | 'resource';
  readonly wrong: (element: XmlElement, alert: XmlElement) => string | null;
};

const profile = 'profile of this project';
const cap = (clause: string) => `OASIS CAP 1.2, ${clause}`;
const google = 'Google public alerts, CAP requirements';

export const capRules: readonly CapRule[] = [
  {
    id: 'id-characters',
    source: cap('3.2.1 identifier, sender'),
    at: 'alert',
    wrong: (alert) => {
      const bad = ['identifier', 'sender'].find((name) => /[\s,<&]/.test(textOf(alert, name)));
      return bad === undefined ? null : `${bad} has a space, a comma, < or &`;
    },
  },
  {
    id: 'id-present',
    source: cap('3.2.1 identifier, sender'),
    at: 'alert',
    wrong: (alert) =>
      textOf(alert, 'identifier') === '' || textOf(alert, 'sender') === '' ? 'identifier or sender is empty' : null,
  },
  {
    id: 'references-of-successors',
    source: cap('3.2.1 msgType, references'),
    at: 'alert',
    wrong: (alert) => {
      const needs = ['Update', 'Cancel', 'Ack', 'Error'].includes(textOf(alert, 'msgType'));
      if (needs && references(alert).length === 0) return `${textOf(alert, 'msgType')} refers to no earlier message`;
      return !needs && references(alert).length > 0 ? 'an Alert refers to earlier messages' : null;
    },
  },
  {
    id: 'references-form',
    source: cap('3.2.1 references'),
    at: 'alert',
    wrong: (alert) => {
      const bad = references(alert).find((reference) => referenced(reference) === null);
      return bad === undefined ? null : `"${bad}" is not sender,identifier,sent`;
    },
  },
  {
    id: 'references-earlier',
    source: cap('3.2.1 references: earlier messages'),
    at: 'alert',
    wrong: (alert) => {
      const sent = timeOf(alert, 'sent') ?? Number.POSITIVE_INFINITY;
      const all = references(alert).flatMap((reference) => referenced(reference) ?? []);
      if (all.some((each) => each.identifier === textOf(alert, 'identifier'))) return 'refers to itself';
      if (new Set(all.map((each) => `${each.sender},${each.identifier}`)).size < all.length) return 'names one twice';
      return all.some((each) => each.sent > sent) ? 'refers to a message that was sent later' : null;
    },
  },
  {
    id: 'scope-restricted',
    source: cap('3.2.1 scope, restriction'),
    at: 'alert',
    wrong: (alert) =>
      (textOf(alert, 'scope') === 'Restricted') === (textOf(alert, 'restriction') !== '')
        ? null
        : 'scope Restricted and restriction go together',
  },
  {
    id: 'scope-private',
    source: cap('3.2.1 scope, addresses'),
    at: 'alert',
    wrong: (alert) =>
      textOf(alert, 'scope') === 'Private' && textOf(alert, 'addresses') === ''
        ? 'scope Private needs addresses'
        : null,
  },
  {
    id: 'has-info',
    source: google,
    at: 'alert',
    wrong: (alert) => (all(alert, 'info').length === 0 ? 'has no info' : null),
  },
  {
    id: 'exercise-note',
    source: cap('3.2.1 note: with Exercise and Error'),
    at: 'alert',
    wrong: (alert) =>
      textOf(alert, 'status') === 'Exercise' && textOf(alert, 'note') === '' ? 'status Exercise without a note' : null,
  },
  {
    id: 'both-languages',
    source: profile,
    at: 'alert',
    wrong: (alert) => {
      const languages = all(alert, 'info').map((info) => textOf(info, 'language'));
      const missing = ['ko-KR', 'en-US'].filter((language) => !languages.includes(language));
      if (missing.length > 0) return `has no info in ${missing.join(' and ')}`;
      return new Set(languages).size < languages.length ? 'has two infos of one language' : null;
    },
  },
  {
    id: 'languages-agree',
    source: cap('3.2.2 info: one event, in several languages'),
    at: 'alert',
    wrong: (alert) => {
      const [first, ...others] = all(alert, 'info');
      const same = ['category', 'responseType', 'urgency', 'severity', 'certainty', 'effective', 'onset', 'expires'];
      if (first === undefined) return null;
      const different = same.find((name) => others.some((info) => textsOf(info, name) !== textsOf(first, name)));
      return different === undefined ? null : `the infos differ in ${different}`;
    },
  },
  {
    id: 'all-clear-needs-an-event',
    source: `${cap('3.2.2 responseType AllClear')}; ${google}`,
    at: 'alert',
    wrong: (alert) => {
      const clears = all(alert, 'info').some((info) => textsOf(info, 'responseType').includes('AllClear'));
      return clears && textOf(alert, 'msgType') === 'Alert' ? 'AllClear in a first message' : null;
    },
  },
  {
    id: 'all-clear-is-past',
    source: profile,
    at: 'info',
    wrong: (info) =>
      textsOf(info, 'responseType').includes('AllClear') && textOf(info, 'urgency') !== 'Past'
        ? 'AllClear with an urgency other than Past'
        : null,
  },
  {
    id: 'nothing-unknown',
    source: google,
    at: 'info',
    wrong: (info) => {
      const bad = ['urgency', 'severity', 'certainty'].find((name) => textOf(info, name) === 'Unknown');
      return bad === undefined ? null : `${bad} is Unknown`;
    },
  },
  {
    id: 'event-length',
    source: `${google}: event under 35 characters`,
    at: 'info',
    wrong: (info) => {
      const { length } = [...textOf(info, 'event')];
      return length >= 1 && length <= 35 ? null : `event has ${length} characters, 1 to 35 are allowed`;
    },
  },
  {
    id: 'headline-length',
    source: cap('3.2.2 headline: 160 characters'),
    at: 'info',
    wrong: (info) => {
      const { length } = [...textOf(info, 'headline')];
      return length >= 1 && length <= 160 ? null : `headline has ${length} characters, 1 to 160 are allowed`;
    },
  },
  {
    id: 'says-what-to-do',
    source: google,
    at: 'info',
    wrong: (info) => {
      const missing = ['description', 'instruction', 'senderName', 'responseType'].find((name) => !textOf(info, name));
      return missing === undefined ? null : `has no ${missing}`;
    },
  },
  {
    id: 'expires-present',
    source: google,
    at: 'info',
    wrong: (info) => (timeOf(info, 'expires') === null ? 'does not expire' : null),
  },
  {
    id: 'time-order',
    source: `${cap('3.2.2 effective, onset, expires')}; ${profile}`,
    at: 'info',
    wrong: (info, alert) => {
      const times = [
        ['sent', timeOf(alert, 'sent')],
        ['effective', timeOf(info, 'effective')],
        ['onset', timeOf(info, 'onset')],
      ] as const;
      const given = times.flatMap(([name, ms]) => (ms === null ? [] : [{ name, ms }]));
      const late = given.find((time, index) => time.ms < (given[index - 1]?.ms ?? Number.NEGATIVE_INFINITY));
      if (late !== undefined) return `${late.name} lies before what comes first`;
      const last = given.at(-1);
      const expires = timeOf(info, 'expires');
      return expires !== null && last !== undefined && expires <= last.ms ? `expires is not after ${last.name}` : null;
    },
  },
  {
    id: 'expires-within-a-day',
    source: profile,
    at: 'info',
    wrong: (info, alert) => {
      const hours = ((timeOf(info, 'expires') ?? 0) - (timeOf(alert, 'sent') ?? 0)) / 3_600_000;
      return hours <= 24 ? null : `is valid for ${hours.toFixed(1)} h, 24 h at most`;
    },
  },
  {
    id: 'has-area',
    source: google,
    at: 'info',
    wrong: (info) => (all(info, 'area').length === 0 ? 'has no area' : null),
  },
  {
    id: 'area-is-located',
    source: google,
    at: 'area',
    wrong: (area) =>
      ['polygon', 'circle', 'geocode'].some((name) => all(area, name).length > 0)
        ? null
        : 'has neither polygon nor circle nor geocode',
  },
  {
    id: 'polygon-closed',
    source: cap('3.2.4 polygon'),
    at: 'area',
    wrong: (area) => {
      const rings = all(area, 'polygon').map(({ text }) => text.split(/\s+/));
      if (rings.some((points) => points.length < 4)) return 'a polygon has under four points';
      return rings.some((points) => points[0] !== points.at(-1)) ? 'a polygon is not closed' : null;
    },
  },
  {
    id: 'polygon-vertices',
    source: google,
    at: 'area',
    wrong: (area) => {
      const most = Math.max(0, ...all(area, 'polygon').map(({ text }) => text.split(/\s+/).length));
      return most <= 100 ? null : `a polygon has ${most} points, 100 at most`;
    },
  },
  {
    id: 'latitude-first',
    source: cap('3.2.4 polygon, circle; 3.3.1 WGS 84'),
    at: 'area',
    wrong: (area) => {
      const bad = points(area).find((point) => {
        const [lat = 99, lon = 999, more] = point.split(',').map(Number);
        return more !== undefined || !(Math.abs(lat) <= 90 && Math.abs(lon) <= 180);
      });
      return bad === undefined ? null : `"${bad}" is not lat,lon in degrees`;
    },
  },
  {
    id: 'five-decimals',
    source: `${profile}: two decimals are a kilometre, five are a metre`,
    at: 'area',
    wrong: (area) => {
      const bad = points(area).find((point) => !point.split(',').every((value) => /\.\d{5,}$/.test(value)));
      return bad === undefined ? null : `"${bad}" has under five decimals`;
    },
  },
  {
    id: 'circle-form',
    source: cap('3.2.4 circle'),
    at: 'area',
    wrong: (area) => {
      const bad = all(area, 'circle').find(({ text }) => !/^\S+,\S+ \d+(\.\d+)?$/.test(text));
      return bad === undefined ? null : `"${bad.text}" is not "lat,lon radius"`;
    },
  },
  {
    id: 'ceiling-needs-altitude',
    source: cap('3.2.4 ceiling'),
    at: 'area',
    wrong: (area) =>
      all(area, 'ceiling').length > 0 && all(area, 'altitude').length === 0
        ? 'has a ceiling without an altitude'
        : null,
  },
  {
    id: 'digest-form',
    source: cap('3.2.3 digest: SHA-1'),
    at: 'resource',
    wrong: (resource) => {
      const digest = textOf(resource, 'digest');
      return digest === '' || /^[0-9a-fA-F]{40}$/.test(digest) ? null : 'digest is not SHA-1 in hexadecimal';
    },
  },
];

function all(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function textOf(element: XmlElement, name: string): string {
  return all(element, name)[0]?.text ?? '';
}

function textsOf(element: XmlElement, name: string): string {
  return all(element, name)
    .map(({ text }) => text)
    .join(' ');
}

function timeOf(element: XmlElement, name: string): number | null {
  return tryCapTime(textOf(element, name))?.ms ?? null;
}

function references(alert: XmlElement): string[] {
  return textOf(alert, 'references').split(/\s+/).filter(Boolean);
}

function referenced(reference: string): { sender: string; identifier: string; sent: number } | null {
  const [sender = '', identifier = '', sent = '', more] = reference.split(',');
  const time = tryCapTime(sent);
  if (time === undefined || sender === '' || identifier === '' || more !== undefined) return null;
  return { sender, identifier, sent: time.ms };
}

/** Every `lat,lon` of polygons and circles. */
function points(area: XmlElement): string[] {
  const rings = all(area, 'polygon').flatMap(({ text }) => text.split(/\s+/));
  return [...rings, ...all(area, 'circle').map(({ text }) => text.split(/\s+/)[0] ?? '')];
}
