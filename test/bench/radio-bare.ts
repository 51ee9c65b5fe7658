import { connectAsync } from 'mqtt';

/**
 * What the mqtt library takes by itself: a program that takes each uplink, decodes it by fixed offsets, publishes it at QoS 1 as
 * the agent words it, and acknowledges it. It checks nothing, keeps nothing and knows no second device. `node radio-bare.ts PORT`.
 */
const client = await connectAsync(`mqtt://127.0.0.1:${process.argv[2]}`);
client.on('message', (topic, payload) => {
  const { data, fCnt: seq } = JSON.parse(payload.toString());
  if (typeof data !== 'string') return;
  const frame = Buffer.from(data, 'base64');
  const at = Date.now();
  const points = {
    battery: { dt: [0], v: [frame[2]] },
    distance: { dt: [0], v: [frame.readUInt16LE(5)] },
    tilted: { dt: [0], v: [frame[9] === 1] },
  };
  const message = { v: 1, epoch: 'abcdefghij', start: 1, seq, at, age: 0, clock: 'synced', points };
  client.publish(`bare/${topic.split('/')[3]}/readings`, JSON.stringify(message), { qos: 1 });
});
await client.subscribeAsync('application/+/device/+/event/+', { qos: 1 });
