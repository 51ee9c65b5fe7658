import { escapeXml } from '../../../contract/xml-text.ts';
import {
  type CapArea,
  type CapInfo,
  type CapMessage,
  type CapPair,
  type CapResource,
  type CapTime,
  capNamespace,
  type LatLon,
} from './message.ts';
import { capTimeText } from './time.ts';

/**
 * A CAP 1.2 message as XML, elements in the order of the schema. Pure: the same message is the same text. What is null or
 * empty is left out; coordinates have five decimals at least, since two are a kilometre. Source: CAP 1.2, 3.4.
 */
export function writeCap(message: CapMessage): string {
  const { infos } = message;
  const lines = [
    ...element('identifier', message.identifier),
    ...element('sender', message.sender),
    ...element('sent', capTimeText(message.sent)),
    ...element('status', message.status),
    ...element('msgType', message.msgType),
    ...element('source', message.source),
    ...element('scope', message.scope),
    ...element('restriction', message.restriction),
    ...element('addresses', group(message.addresses)),
    ...message.codes.flatMap((code) => element('code', code)),
    ...element('note', message.note),
    ...element('references', message.references.map(referenceText).join(' ')),
    ...element('incidents', group(message.incidents)),
    ...infos.flatMap((info) => block('info', infoLines(info))),
  ];
  const body = lines.map((line) => `  ${line}\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="${capNamespace}">\n${body}</alert>\n`;
}

/** `sender,identifier,sent`: how one message names another (CAP 1.2, 3.2.1). */
export function referenceText(reference: { sender: string; identifier: string; sent: CapTime }): string {
  return `${reference.sender},${reference.identifier},${capTimeText(reference.sent)}`;
}

function infoLines(info: CapInfo): string[] {
  return [
    ...element('language', info.language),
    ...info.categories.flatMap((category) => element('category', category)),
    ...element('event', info.event),
    ...info.responseTypes.flatMap((type) => element('responseType', type)),
    ...element('urgency', info.urgency),
    ...element('severity', info.severity),
    ...element('certainty', info.certainty),
    ...element('audience', info.audience),
    ...pairs('eventCode', info.eventCodes),
    ...time('effective', info.effective),
    ...time('onset', info.onset),
    ...time('expires', info.expires),
    ...element('senderName', info.senderName),
    ...element('headline', info.headline),
    ...element('description', info.description),
    ...element('instruction', info.instruction),
    ...element('web', info.web),
    ...element('contact', info.contact),
    ...pairs('parameter', info.parameters),
    ...info.resources.flatMap((resource) => block('resource', resourceLines(resource))),
    ...info.areas.flatMap((area) => block('area', areaLines(area))),
  ];
}

function resourceLines(resource: CapResource): string[] {
  return [
    ...element('resourceDesc', resource.resourceDesc),
    ...element('mimeType', resource.mimeType),
    ...element('size', resource.size),
    ...element('uri', resource.uri),
    ...element('derefUri', resource.derefUri),
    ...element('digest', resource.digest),
  ];
}

function areaLines(area: CapArea): string[] {
  return [
    ...element('areaDesc', area.areaDesc),
    ...area.polygons.flatMap((polygon) => element('polygon', polygon.map(pointText).join(' '))),
    ...area.circles.flatMap((circle) => element('circle', `${pointText(circle)} ${circle.radiusKm}`)),
    ...pairs('geocode', area.geocodes),
    ...element('altitude', area.altitude),
    ...element('ceiling', area.ceiling),
  ];
}

/** `lat,lon`, latitude first (CAP 1.2, 3.2.4). Five to seven decimals: 1 m to 1 cm. */
function pointText({ lat, lon }: LatLon): string {
  return `${degrees(lat)},${degrees(lon)}`;
}

function degrees(value: number): string {
  return value.toFixed(7).replace(/0{1,2}$/, '');
}

function element(name: string, value: string | number | null): string[] {
  if (value === null || value === '') return [];
  return [`<${name}>${escapeXml(String(value))}</${name}>`];
}

function time(name: string, value: CapTime | null): string[] {
  return value === null ? [] : element(name, capTimeText(value));
}

function pairs(name: string, values: readonly CapPair[]): string[] {
  return values.flatMap(({ valueName, value }) =>
    // An empty value is a value: both elements are required.
    block(name, [`<valueName>${escapeXml(valueName)}</valueName>`, `<value>${escapeXml(value)}</value>`]),
  );
}

function block(name: string, lines: readonly string[]): string[] {
  return [`<${name}>`, ...lines.map((line) => `  ${line}`), `</${name}>`];
}

/** Values of a group are parted by spaces; one that holds a space stands in quotes (CAP 1.2, 3.2.1 addresses). */
function group(values: readonly string[]): string {
  return values.map((value) => (/\s/.test(value) ? `"${value}"` : value)).join(' ');
}
