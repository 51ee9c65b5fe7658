/**
 * Public keys of age, `age1…`: Bech32 (BIP 173) of the 32 bytes of an X25519 key. Checked by its checksum, so that one
 * letter that was copied wrongly is refused when the file is read and not on the night of the first backup.
 */

const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Whether it is one. The key of a person who decrypts, `AGE-SECRET-KEY-1…`, is none. */
export function isRecipient(text: string): boolean {
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text)) return false;
  const values = [...text.slice(4)].map((letter) => letters.indexOf(letter));
  return checksum([...expanded('age'), ...values]) === 1;
}

/** Whether it is the half that must never be on the box. */
export function isSecretKey(text: string): boolean {
  return /^AGE-SECRET-KEY-/i.test(text);
}

function expanded(prefix: string): number[] {
  const codes = [...prefix].map((char) => char.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generator.forEach((word, bit) => {
      if (((top >> bit) & 1) === 1) sum ^= word;
    });
  }
  return sum >>> 0;
}
