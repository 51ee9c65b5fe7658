import { z } from 'zod';
import { peerProblem, urlPeerProblem } from '../../contract/host.ts';
import { refused, saying, text } from '../../contract/words/check/said.ts';
import { timeWindowSchema } from '../lots/hours.ts';
import { dutyFileSchema, orderFileSchema } from './order-file.ts';

/** Where notices go besides the pages and MQTT. Contacts of people are never here: they live in the gateway's database. */

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: false }));
const file = (what: string) => z.string().min(1).describe(`${what}, seen from this file`);
const hostName = z.string().min(1, { abort: true }).max(253).superRefine(saying(peerProblem));
const httpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), refused({ code: 'url-form' }))
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', refused({ code: 'url-with-secret' }))
  .refine((text) => !URL.canParse(text) || new URL(text).hash === '', refused({ code: 'url-with-hash' }))
  .superRefine(saying(urlPeerProblem));

/** Names of this machine or its network, and those that RFC 2606 and RFC 6761 keep from being real. */
const unreal = /(^|\.)(localhost|local|lan|home|internal|intranet|test|example|invalid|example\.(com|net|org))$/i;

/** Push services refuse, or never answer, who cannot be asked: `mailto:admin@localhost` among them. */
function hasRealHost(subject: string): boolean {
  const host = /^mailto:[^\s@<>]+@([^\s@<>]+)$/i.exec(subject)?.[1] ?? hostOf(subject);
  return host !== undefined && /^([a-z0-9-]+\.)+[a-z][a-z0-9-]+$/i.test(host) && !unreal.test(host);
}

function hostOf(subject: string): string | undefined {
  return /^https:/i.test(subject) && URL.canParse(subject) ? new URL(subject).hostname : undefined;
}

const role = z.string().min(1).max(63);

/** Own: by day; and a week, since an office PC is off over a long holiday. Nobody has confirmed them yet. */
export const usualPushProbe = { enabled: true, hours: { from: 540, to: 1080 }, silentDays: 7 };

export const notifyFileSchema = z
  .strictObject({
    webhooks: z
      .array(
        z.strictObject({
          id: id.describe("the webhook's id, unique in the site"),
          url: httpUrl.describe('where each notice is posted, signed after Standard Webhooks'),
          secretFile: file('a file with the secret of the signature (whsec_… or base64, 24 to 64 bytes)'),
          roles: z.array(role).min(1).describe('whose notices it gets, such as [operator]'),
          allowPrivate: z
            .boolean()
            .default(false)
            .describe('true: its host may have an address of this network or machine; false refuses those'),
        }),
      )
      .default([])
      .describe('programs that are told'),
    email: z
      .strictObject({
        host: hostName.describe('the mail server that takes messages'),
        port: z.int().min(1).max(65535).default(587),
        security: z
          .enum(['starttls', 'tls', 'none'])
          .default('starttls')
          .describe('starttls and tls check the certificate; none is for a server on this machine'),
        from: z.email().describe('the sender, such as alerts@example.org'),
        username: z.string().min(1).max(255).optional(),
        passwordFile: file('a file that holds the password').optional(),
      })
      .optional()
      .describe('how e-mail goes out; without it nobody is told by e-mail'),
    sms: z
      .strictObject({
        url: httpUrl.describe('the HTTP adapter of the SMS provider'),
        tokenFile: file('a file that holds its bearer token'),
        from: z.string().min(1).max(20).describe('the registered sender number'),
        allowPrivate: z.boolean().default(false),
      })
      .optional()
      .describe('how SMS goes out; without it nobody is told by SMS'),
    push: z
      .strictObject({
        subject: z
          .string()
          .max(255)
          .refine(
            hasRealHost,
            'whom a push service asks when something is wrong: mailto:NAME@HOST or https://HOST, and a host that is real',
          )
          .describe('who runs this gateway, as mailto:NAME@HOST or https://HOST; push services ask for it'),
        allowHosts: z
          .array(hostName)
          .default([])
          .describe('push services of this network, by host; others must be at public addresses and speak TLS'),
      })
      .optional()
      .describe('web push to browsers; without it nobody is told by push'),
    order: z
      .array(orderFileSchema)
      .default([])
      .describe('who of a role is told first, and who next; the first entry that fits counts'),
    reachTest: z
      .strictObject({
        everyDays: z
          .int()
          .min(1)
          .max(90)
          .default(30)
          .describe(
            'days after the last thing that is known to have arrived; 1 finds an address that died within 24 h',
          ),
        answerDays: z.int().min(1).max(30).default(7).describe('days without an answer until it is a trouble'),
        proofDays: z
          .int()
          .min(8)
          .max(180)
          .default(40)
          .describe('days after which a device that is pushed to and has shown nothing is a trouble'),
        hours: timeWindowSchema
          .default({ from: 600, to: 1020 })
          .describe('when tests are sent; "10:00-17:00" if not given'),
      })
      .prefault({})
      .describe('the test of whether people are reached, by each of their channels'),
    pushProbe: z
      .strictObject({
        enabled: z.boolean().default(usualPushProbe.enabled).describe('false: no browser is probed'),
        hours: timeWindowSchema
          .default(usualPushProbe.hours)
          .describe(
            'when browsers are probed; "09:00-18:00" if not given; who has quiet hours of their own is probed outside of those',
          ),
        silentDays: z
          .int()
          .min(2)
          .max(60)
          .default(usualPushProbe.silentDays)
          .describe('days after which a device that shows none of its probes is a trouble'),
      })
      .prefault({})
      .describe('the daily probe of browsers that are pushed to, which asks nobody to tap'),
    duty: z.array(dutyFileSchema).default([]).describe('who is on duty when'),
  })
  .prefault({});

export type NotifyFile = z.infer<typeof notifyFileSchema>;
