/**
 * A CAP 1.2 message as data. Optional elements are null, elements that repeat are lists; names are the standard's own.
 * Source: OASIS Common Alerting Protocol 1.2 (2010-07-01), section 3.2.
 */

export const capNamespace = 'urn:oasis:names:tc:emergency:cap:1.2';

export const statuses = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const;
export const msgTypes = ['Alert', 'Update', 'Cancel', 'Ack', 'Error'] as const;
export const scopes = ['Public', 'Restricted', 'Private'] as const;
export const categories = [
  'Geo',
  'Met',
  'Safety',
  'Security',
  'Rescue',
  'Fire',
  'Health',
  'Env',
  'Transport',
  'Infra',
  'CBRNE',
  'Other',
] as const;
export const responseTypes = [
  'Shelter',
  'Evacuate',
  'Prepare',
  'Execute',
  'Avoid',
  'Monitor',
  'Assess',
  'AllClear',
  'None',
] as const;
export const urgencies = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
export const severities = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
export const certainties = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;

export type CapStatus = (typeof statuses)[number];
export type CapMsgType = (typeof msgTypes)[number];
export type CapScope = (typeof scopes)[number];
export type CapCategory = (typeof categories)[number];
export type CapResponseType = (typeof responseTypes)[number];
export type CapUrgency = (typeof urgencies)[number];
export type CapSeverity = (typeof severities)[number];
export type CapCertainty = (typeof certainties)[number];

/** An instant with the offset it is written in. ms: epoch milliseconds, whole seconds. offset: minutes east of UTC. */
export type CapTime = { readonly ms: number; readonly offset: number };

/** WGS 84 degrees. CAP writes latitude first, GeoJSON longitude. */
export type LatLon = { readonly lat: number; readonly lon: number };

export type CapPair = { readonly valueName: string; readonly value: string };

export type CapReference = { readonly sender: string; readonly identifier: string; readonly sent: CapTime };

export type CapMessage = {
  readonly identifier: string;
  readonly sender: string;
  readonly sent: CapTime;
  readonly status: CapStatus;
  readonly msgType: CapMsgType;
  readonly source: string | null;
  readonly scope: CapScope;
  readonly restriction: string | null;
  readonly addresses: readonly string[];
  readonly codes: readonly string[];
  readonly note: string | null;
  readonly references: readonly CapReference[];
  readonly incidents: readonly string[];
  readonly infos: readonly CapInfo[];
};

export type CapInfo = {
  /** null stands for en-US, the standard's default. */
  readonly language: string | null;
  readonly categories: readonly CapCategory[];
  readonly event: string;
  readonly responseTypes: readonly CapResponseType[];
  readonly urgency: CapUrgency;
  readonly severity: CapSeverity;
  readonly certainty: CapCertainty;
  readonly audience: string | null;
  readonly eventCodes: readonly CapPair[];
  readonly effective: CapTime | null;
  readonly onset: CapTime | null;
  readonly expires: CapTime | null;
  readonly senderName: string | null;
  readonly headline: string | null;
  readonly description: string | null;
  readonly instruction: string | null;
  readonly web: string | null;
  readonly contact: string | null;
  readonly parameters: readonly CapPair[];
  readonly resources: readonly CapResource[];
  readonly areas: readonly CapArea[];
};

export type CapResource = {
  readonly resourceDesc: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number | null;
  readonly uri: string | null;
  readonly derefUri: string | null;
  readonly digest: string | null;
};

export type CapArea = {
  readonly areaDesc: string;
  /** Closed: the last point is the first. */
  readonly polygons: readonly (readonly LatLon[])[];
  readonly circles: readonly (LatLon & { readonly radiusKm: number })[];
  readonly geocodes: readonly CapPair[];
  /** Feet above mean sea level, as CAP has it. */
  readonly altitude: number | null;
  readonly ceiling: number | null;
};
