import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib';
import type { CityBatch } from '../../contract/city.ts';
import { type CityLane, citySubject, noSite } from '../../contract/city-carrier.ts';
import { CityError } from './carrier.ts';

/** A batch as the parts that travel: of one site and kind each, and none longer than the carrier takes. */
export type Part = { readonly subject: string; readonly payload: Uint8Array };

type Content = Pick<CityBatch, 'messages' | 'records' | 'health' | 'done'>;

const pack = promisify(zstdCompress);
/** The fastest: a batch is packed in 1 ms, to a sixth, in one piece: a thread is asked for each. */
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const fastInOne = { ...fast, chunkSize: 1 << 17 };
/** What is shorter is packed at once, in less than 0.1 ms: an alert does not wait for the threads that pack a backlog. */
const shortChars = 16_384;

/** @throws CityError when one message alone is too long */
export async function partsOf(batch: CityBatch, lane: CityLane, maxBytes: number): Promise<Part[]> {
  const { gateway } = batch;
  const parts: Part[] = [];
  for (const { site, kind, ...content } of split(batch)) {
    const subject = citySubject({ lane, gateway, site, kind });
    for (const payload of await payloads(gateway, content, maxBytes)) parts.push({ subject, payload });
  }
  return parts;
}

type Of = Content & { readonly site: string; readonly kind: 'readings' | 'records' | 'health' };

const none: Content = { messages: [], records: [], health: null, done: [] };

/** An empty batch is a word of the gateway too: it asks whether the city answers. */
function split({ messages, records, health, done }: CityBatch): Of[] {
  const readings = [...Map.groupBy(messages, ({ site }) => site)].map(
    ([site, of]): Of => ({ ...none, site, kind: 'readings', messages: of }),
  );
  const sites = new Set(records.flatMap(({ items }) => items.map(({ site }) => site)));
  const said = [...sites].map(
    (site): Of => ({
      ...none,
      site,
      kind: 'records',
      records: records.flatMap(({ epoch, start, items }) => {
        const own = items.filter((item) => item.site === site);
        return own.length === 0 ? [] : [{ epoch, start, items: own }];
      }),
    }),
  );
  const rest = readings.length + said.length === 0 || health !== null || done.length > 0;
  return [...readings, ...said, ...(rest ? [{ ...none, site: noSite, kind: 'health' as const, health, done }] : [])];
}

/** Halved until each fits. */
async function payloads(gateway: string, content: Content, maxBytes: number): Promise<Uint8Array[]> {
  const batch: CityBatch = { v: 1, gateway, ...content };
  const text = JSON.stringify(batch);
  const payload = text.length < shortChars ? zstdCompressSync(text, fast) : await pack(text, fastInOne);
  if (payload.length <= maxBytes) return [payload];
  const halves = halved(content);
  if (halves === null) throw new CityError('refused', `a message of ${payload.length} bytes; NATS takes ${maxBytes}`);
  return (await Promise.all(halves.map((half) => payloads(gateway, half, maxBytes)))).flat();
}

function halved(content: Content): Content[] | null {
  const { messages, records } = content;
  if (messages.length > 1) {
    const half = messages.length >> 1;
    return [messages.slice(0, half), messages.slice(half)].map((some) => ({ ...content, messages: some }));
  }
  const flat = records.flatMap(({ items, ...of }) => items.map((item) => ({ ...of, items: [item] })));
  if (flat.length < 2) return null;
  const half = flat.length >> 1;
  return [flat.slice(0, half), flat.slice(half)].map((some) => ({ ...content, records: whole(some) }));
}

/** Items of one epoch together again: a batch has 50 epochs at most. */
function whole(records: CityBatch['records']): CityBatch['records'] {
  return [...Map.groupBy(records, ({ epoch }) => epoch)].map(([epoch, of]) => ({
    epoch,
    start: of[0]?.start ?? 0,
    items: of.flatMap(({ items }) => items),
  }));
}
