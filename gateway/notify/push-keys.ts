import { createECDH, createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { loadKeyFile } from '../data-folder/key-file.ts';

/** What push services know this gateway by (RFC 8292), base64url. */
export type VapidKeys = { readonly publicKey: string; readonly privateKey: string };

/** A device's receipt is for one delivery: its row, and the notice's key, since a row's number may come again. */
export type ReceiptOf = { readonly row: number; readonly key: string };

/**
 * Everything that is made from the data folder's `push.key`: the keys that browsers subscribe to, and the tokens by which
 * a device says that a notice arrived. Without the file every device has to subscribe again.
 */
export class PushKeys {
  readonly vapid: VapidKeys;
  readonly #receipts: KeyObject;

  constructor(key: Uint8Array) {
    this.vapid = vapidOf(key);
    this.#receipts = createSecretKey(derived(key, 'receipts'));
  }

  /** @throws InputError as `loadKeyFile` */
  static load(dir: string): PushKeys {
    return new PushKeys(loadKeyFile(dir, 'push.key', 'makes every device subscribe to push again'));
  }

  tokenOf({ row, key }: ReceiptOf): string {
    return `${row}.${this.#mac(row, key).toString('base64url')}`;
  }

  /** The row that a token names, before anybody has looked whether it is ours; undefined when it is no token at all. */
  static rowOf(token: string): number | undefined {
    const row = /^(\d{1,15})\.[\w-]{43}$/.exec(token)?.[1];
    return row === undefined ? undefined : Number(row);
  }

  isToken(token: string, { row, key }: ReceiptOf): boolean {
    const given = Buffer.from(token.slice(token.indexOf('.') + 1), 'base64url');
    const own = this.#mac(row, key);
    return given.length === own.length && timingSafeEqual(given, own);
  }

  #mac(row: number, key: string): Buffer {
    return createHmac('sha256', this.#receipts).update(`${row} ${key}`, 'utf8').digest();
  }
}

function derived(key: Uint8Array, what: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `jari push ${what}`, 32));
}

/** One in four billion of 32-byte strings is no private key of P-256: the next is taken then. */
function vapidOf(key: Uint8Array): VapidKeys {
  for (let n = 0; ; n++) {
    const ecdh = createECDH('prime256v1');
    try {
      ecdh.setPrivateKey(derived(key, `vapid ${n}`));
    } catch (error) {
      if (n > 8) throw error;
      continue;
    }
    return { publicKey: ecdh.getPublicKey('base64url'), privateKey: ecdh.getPrivateKey('base64url') };
  }
}
