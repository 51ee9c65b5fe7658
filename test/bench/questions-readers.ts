import { get } from 'node:http';

/**
 * Readers, in a process of their own so that their work is not the gateway's: told a number, so many ask for the page at
 * once. They take the bytes in, and look at them only when all have come: that too would take the gateway's processor from it.
 */

const [url = '', token = ''] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };

function read(): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(parts);
        else reject(new Error(Buffer.concat(parts).toString()));
      });
    }).on('error', reject);
  });
}

function countOf(parts: readonly Buffer[]): number {
  const page = JSON.parse(Buffer.concat(parts).toString()) as { items: readonly object[] };
  return page.items.length;
}

process.on('message', async (readers: number) => {
  const pages = await Promise.all(Array.from({ length: readers }, read));
  process.send?.('whole');
  process.send?.(pages.map(countOf));
});
process.send?.('ready');
