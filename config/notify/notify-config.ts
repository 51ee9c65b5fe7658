import { resolve } from 'node:path';
import type { NotifyFile } from './notify-file.ts';

/** Where a site's notices go, paths absolute. */
export type NotifyConfig = {
  readonly webhooks: readonly {
    readonly id: string;
    readonly url: string;
    readonly secretFile: string;
    readonly roles: readonly string[];
    readonly allowPrivate: boolean;
  }[];
  readonly email: {
    readonly host: string;
    readonly port: number;
    readonly security: 'starttls' | 'tls' | 'none';
    readonly from: string;
    readonly username: string | null;
    readonly passwordFile: string | null;
  } | null;
  readonly sms: {
    readonly url: string;
    readonly tokenFile: string;
    readonly from: string;
    readonly allowPrivate: boolean;
  } | null;
  readonly push: { readonly subject: string; readonly allowHosts: readonly string[] } | null;
};

export const noNotify: NotifyConfig = { webhooks: [], email: null, sms: null, push: null };

export function buildNotify({ webhooks, email, sms, push }: NotifyFile, folder: string): NotifyConfig {
  return {
    webhooks: webhooks.map((hook) => ({ ...hook, secretFile: resolve(folder, hook.secretFile) })),
    email:
      email === undefined
        ? null
        : {
            ...email,
            username: email.username ?? null,
            passwordFile: email.passwordFile === undefined ? null : resolve(folder, email.passwordFile),
          },
    push: push ?? null,
    sms: sms === undefined ? null : { ...sms, tokenFile: resolve(folder, sms.tokenFile) },
  };
}
