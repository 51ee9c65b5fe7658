import { resolve } from 'node:path';
import { type NotifyFile, usualPushProbe } from './notify-file.ts';
import type { DutyConfig, OrderConfig } from './order-file.ts';

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
  /** Who of a role is told first, and who next; the first entry that fits counts. */
  readonly order: readonly OrderConfig[];
  readonly duty: readonly DutyConfig[];
  /** When people's channels are tested; hours in minutes after midnight. */
  readonly reachTest: NotifyFile['reachTest'];
  /** When browsers are probed; hours in minutes after midnight. */
  readonly pushProbe: NotifyFile['pushProbe'];
};

/** Own: a month is what a person bears, a week what a holiday takes, and a device that missed its test shows it ten days later. */
const usualReachTest = { everyDays: 30, answerDays: 7, proofDays: 40, hours: { from: 600, to: 1020 } };

export const noNotify: NotifyConfig = {
  webhooks: [],
  email: null,
  sms: null,
  push: null,
  order: [],
  duty: [],
  reachTest: usualReachTest,
  pushProbe: usualPushProbe,
};

export function buildNotify(
  { webhooks, email, sms, push, order, duty, reachTest, pushProbe }: NotifyFile,
  folder: string,
): NotifyConfig {
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
    order,
    duty,
    reachTest,
    pushProbe,
    sms: sms === undefined ? null : { ...sms, tokenFile: resolve(folder, sms.tokenFile) },
  };
}
