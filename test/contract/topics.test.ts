import { describe, expect, test } from 'vitest';
import { agentIdSchema, deviceIdSchema, siteIdSchema, tryPointRef } from '../../contract/ids.ts';
import { topics, tryAgentTopic, tryCertificateTopic, tryTopicKind } from '../../contract/topics.ts';

const site = siteIdSchema.parse('saesol');
const agent = agentIdSchema.parse('cabinet-1');
const device = deviceIdSchema.parse('tilt-se');

describe('topics', () => {
  test.each([
    [topics.status(site, agent), 'jari/v1/saesol/cabinet-1/status', { kind: 'status', site, agent }],
    [topics.health(site, agent), 'jari/v1/saesol/cabinet-1/health', { kind: 'health', site, agent }],
    [
      topics.birth(site, agent, device),
      'jari/v1/saesol/cabinet-1/tilt-se/birth',
      { kind: 'birth', site, agent, device },
    ],
    [
      topics.readings(site, agent, device),
      'jari/v1/saesol/cabinet-1/tilt-se/readings',
      { kind: 'readings', site, agent, device },
    ],
    [
      topics.diagnosis(site, agent, device),
      'jari/v1/saesol/cabinet-1/tilt-se/diagnosis',
      { kind: 'diagnosis', site, agent, device },
    ],
    [topics.command(site, agent), 'jari/v1/saesol/cabinet-1/command', { kind: 'command', site, agent }],
    [topics.commandResult(site, agent), 'jari/v1/saesol/cabinet-1/command/result', { kind: 'result', site, agent }],
  ])('builds %s and reads it back', (built, text, read) => {
    expect(built).toBe(text);
    expect(tryAgentTopic(built)).toEqual(read);
  });

  test.each([
    [topics.certificate(site, agent), 'jari/v1/saesol/cabinet-1/certificate', 'certificate'],
    [topics.certificateRequest(site, agent), 'jari/v1/saesol/cabinet-1/certificate/request', 'certificate-request'],
  ])('builds %s, by which certificates are renewed, and tells it from what an agent says', (built, text, kind) => {
    expect(built).toBe(text);
    expect(tryCertificateTopic(built)).toEqual({ kind, site, agent });
    expect(tryTopicKind(built)).toBe(kind);
    expect(tryAgentTopic(built)).toBeUndefined();
  });

  test.each([
    'jari/v1/saesol/cabinet-1/certificate/other',
    'jari/v1/saesol/+/certificate',
    'x/certificate',
    '/certificate',
  ])('does not read %j as one', (topic) => expect(tryCertificateTopic(topic)).toBeUndefined());

  test.each([
    'jari/v1/saesol/cabinet-1',
    'jari/v1/saesol/cabinet-1/tilt-se/other',
    'jari/v1/saesol/cabinet-1/command/other',
    'jari/v1/saesol/cabinet-1/tilt-se/readings/more',
    'jari/v2/saesol/cabinet-1/status',
    'jari/v1/Saesol/cabinet-1/status',
    'jari/v1/saesol//status',
    'jari/v1/saesol/cabinet-1/constructor',
    'jari/v1/saesol/cabinet-1/tilt-se/toString',
    '',
  ])('does not read %j as an agent speaking', (topic) => {
    expect(tryAgentTopic(topic)).toBeUndefined();
  });
});

describe('points', () => {
  test.each(['tilt-se/tilt_x', 'a/b', '1/x9'])('%s is a point', (text) => expect(tryPointRef(text)).toBe(text));
  test.each(['tilt-se', 'tilt-se/', '/x', 'a/b/c', 'A/b', 'a/B', 'a/1x', `${'a'.repeat(64)}/x`])('%s is not', (text) =>
    expect(tryPointRef(text)).toBeUndefined(),
  );
});
