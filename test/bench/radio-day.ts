/** What a network server says of a day, as ChirpStack v4 words it. The same each time. */

export type Message = { readonly topic: string; body(now: number): string };
export type Plan = {
  /** In the order in which they are said. */
  readonly hours: readonly (readonly Message[])[];
  /** `bay/distance` of every uplink that is said. */
  readonly values: ReadonlySet<string>;
  readonly lost: number;
  readonly twice: number;
  readonly late: number;
};

const lateByMs = 600_000;

export function planDay({ bays, hours }: { bays: number; hours: number }): Plan {
  const values = new Set<string>();
  const said: Message[][] = [];
  let [lost, twice, late] = [0, 0, 0];
  for (let hour = 0; hour < hours; hour++) {
    const messages: Message[] = [];
    for (let bay = 0; bay < bays; bay++) {
      const draw = (bay * 7919 + hour * 104_729) % 1000;
      // The first is there, so that those behind it are known to be missing; so is the last.
      const isFixed = hour === 0 || hour === hours - 1;
      if (hour === 0) messages.push({ topic: topicOf(bay, 'join'), body: (now) => joinOf(bay, now) });
      if (draw < 20 && !isFixed) {
        lost++;
        continue;
      }
      const isLate = draw >= 20 && draw < 30 && !isFixed;
      const isTwice = draw >= 30 && draw < 50;
      const distance = distanceOf(bay, hour);
      const up = {
        topic: topicOf(bay, 'up'),
        body: (now: number) => upOf({ bay, hour, distance, at: now - (isLate ? lateByMs : 0) }),
      };
      values.add(`${nameOf(bay)}/${distance}`);
      messages.push(up);
      if (isTwice) messages.push(up);
      late += isLate ? 1 : 0;
      twice += isTwice ? 1 : 0;
    }
    said.push(messages);
  }
  return { hours: said, values, lost, twice, late };
}

export const nameOf = (bay: number) => `bay-${bay}`;
export const addressOf = (bay: number) => (0xa81758ff00000000n + BigInt(bay)).toString(16);

/** Unlike for every hour of a bay. */
const distanceOf = (bay: number, hour: number) => 300 + ((bay * 37 + hour * 173) % 9000);
const topicOf = (bay: number, event: string) => `application/a/device/${addressOf(bay)}/event/${event}`;

function joinOf(bay: number, now: number): string {
  return JSON.stringify({
    time: new Date(now).toISOString(),
    deviceInfo: { devEui: addressOf(bay) },
    devAddr: '01020304',
  });
}

function upOf({ bay, hour, distance, at }: { bay: number; hour: number; distance: number; at: number }): string {
  const frame = Buffer.from([0x01, 0x75, 90, 0x03, 0x82, distance & 0xff, distance >> 8, 0x04, 0x00, 0]);
  return JSON.stringify({
    deduplicationId: `${bay}-${hour}`,
    time: new Date(at).toISOString(),
    deviceInfo: { tenantName: 'ChirpStack', applicationName: 'a', deviceName: nameOf(bay), devEui: addressOf(bay) },
    ...{ devAddr: '01020304', adr: true, dr: 2, fCnt: hour, fPort: 85, confirmed: false },
    data: frame.toString('base64'),
    rxInfo: [
      { gatewayId: '0000000000000001', rssi: -109, snr: -3.5, channel: 2, crcStatus: 'CRC_OK' },
      { gatewayId: '0000000000000002', rssi: -117, snr: -9, channel: 2, crcStatus: 'CRC_OK' },
    ],
    txInfo: {
      frequency: 922_100_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 10, codeRate: 'CR_4_5' } },
    },
  });
}
