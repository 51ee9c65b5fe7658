import { expect, test } from 'vitest';
import { notifyFileSchema } from '../../../config/notify/notify-file.ts';

const parsed = (subject: string) => notifyFileSchema.safeParse({ push: { subject } }).success;

test.each(['mailto:safety@jari.kr', 'https://www.seocho.go.kr', 'mailto:kim@mail.seocho.go.kr'])(
  'push takes the subject %s',
  (subject) => expect(parsed(subject)).toBe(true),
);

test.each([
  'mailto:admin@localhost',
  'mailto:admin@gateway',
  'mailto:admin@site.local',
  'mailto:admin@example.com',
  'mailto:admin@192.168.0.2',
  'mailto:admin@',
  'mailto:a@b@seocho.go.kr',
  'https://localhost',
  'https://127.0.0.1',
  'http://www.seocho.go.kr',
  'safety@jari.kr',
  '',
])('push refuses the subject %j, which no push service can ask', (subject) => expect(parsed(subject)).toBe(false));
