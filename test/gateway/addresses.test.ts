import { networkInterfaces } from 'node:os';
import { expect, test, vi } from 'vitest';
import { pagesAt } from '../../gateway/addresses.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  networkInterfaces: vi.fn(),
}));

type Known = ReturnType<typeof networkInterfaces>;

const at = (address: string, internal = false) => ({ address, internal }) as NonNullable<Known[string]>[number];
const loopback = { lo: [at('127.0.0.1', true), at('::1', true)] };

function pages(interfaces: Known, { bind = '0.0.0.0', name }: { bind?: string; name?: string } = {}): string {
  vi.mocked(networkInterfaces).mockReturnValue(interfaces);
  const http = { bind: '127.0.0.1', port: 8080 };
  return pagesAt({ mqtt: http, http, https: { bind, port: 8443 } }, { name, port: 8080, tlsPort: 8443 });
}

test('a link to pages that listen on every address names one that other machines reach', () => {
  expect(pages({ ...loopback, eth0: [at('fe80::1'), at('2001:db8::7'), at('10.0.0.7')] })).toBe(
    'https://10.0.0.7:8443',
  );
  expect(pages({ ...loopback, eth0: [at('fe80::1'), at('2001:db8::7')] }, { bind: '::' })).toBe(
    'https://[2001:db8::7]:8443',
  );
  expect(pages(loopback)).toBe('https://localhost:8443');
});

test('what the site file says goes before it', () => {
  const interfaces = { ...loopback, eth0: [at('10.0.0.7')] };
  expect(pages(interfaces, { name: 'jari.example' })).toBe('https://jari.example:8443');
  expect(pages(interfaces, { bind: '10.0.0.8' })).toBe('https://10.0.0.8:8443');
});
