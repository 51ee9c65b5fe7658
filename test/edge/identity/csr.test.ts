import { createPrivateKey, createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeRequest } from '../../../edge/identity/csr.ts';
import { readRequest } from '../../../gateway/ca/issue.ts';
import { command, missing } from '../../needs.ts';
import { openssl } from '../../system/tls-site.ts';
import { tempDir } from '../../temp.ts';

describe('a certificate request of an agent', () => {
  test.each(['cabinet-1', 'a', 'x'.repeat(63)])(
    'is read by the gateway as one of %s, by the key beside it',
    async (id) => {
      const { key, csr } = makeRequest(id);
      const read = await readRequest(csr);
      if ('problem' in read) throw new Error(read.problem);
      expect(read.commonName).toBe(id);
      expect(read.publicKey.equals(createPublicKey(createPrivateKey(key)))).toBe(true);
    },
  );

  test.skipIf(missing(command('openssl')))('is in order for openssl', () => {
    const file = join(tempDir(), 'cabinet-1.csr');
    writeFileSync(file, makeRequest('cabinet-1').csr);
    const shown = openssl('req', '-in', file, '-noout', '-text', '-verify');
    expect(shown).toMatch(/Subject: CN ?= ?cabinet-1/);
    expect(shown).toMatch(/prime256v1[\s\S]*ecdsa-with-SHA256/);
  });

  test('has a key of its own each time', () => {
    expect(makeRequest('cabinet-1').key).not.toBe(makeRequest('cabinet-1').key);
  });
});
