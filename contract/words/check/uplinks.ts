import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';

type Table = { readonly [code: string]: (figures: never) => Words };

/** Sensors behind a network server and a broker: their profiles' layouts, and their buses. */
export const uplinkWords = {
  'hex-bytes-form': () => ({
    ko: '바이트를 "03 67" 같은 16진수로 작성',
    en: 'write bytes as hexadecimal digits, such as "03 67"',
  }),
  'json-path-form': ({ path, meant }: { readonly path: string; readonly meant: string }) => ({
    ko: `"${path}": 키와 목록 번호(0부터)를 점으로 이어 작성: 혹시 ${meant}?`,
    en: `"${path}": keys and list items (from 0) stand with a point between them; did you mean ${meant}?`,
  }),
  'tlv-path-form': () => ({
    ko: '"0/5700" 같은 LwM2M 번호로 작성',
    en: 'write ids of LwM2M with slashes between them, such as 0/5700',
  }),
  'words-of-no-words': () => ({
    ko: '이 측정점에는 enum이 없음: 측정점에 enum 작성',
    en: 'its point has no `enum`: give the point one, so that its values are words',
  }),
  'field-type': ({ wants }: { readonly wants: 'number' | 'text' }) => ({
    ko: wants === 'number' ? '측정점은 숫자인데 여기는 숫자가 아님' : '측정점은 글자인데 여기는 글자가 아님(hex, text)',
    en:
      wants === 'number'
        ? 'its point is a number, and this is none'
        : 'its point is text, and this is none (hex, text)',
  }),
  'on-off-idle': () => ({
    ko: 'on과 off는 type: bool 측정점에만 씀',
    en: 'only a point of type bool takes `on` and `off`',
  }),
  'on-off-of-text': () => ({
    ko: '글자로 오는 값은 on과 off를 따옴표로 묶은 글자로 작성, 예: on: "ON", off: "OFF"',
    en: 'what comes as text is compared with text; write on and off in quotes, such as on: "ON", off: "OFF"',
  }),
  'on-off-of-number': () => ({
    ko: '숫자로 오는 값은 on과 off를 따옴표 없는 숫자로 작성, 예: on: 1, off: 0',
    en: 'what comes as a number is compared with numbers; write on and off without quotes, such as on: 1, off: 0',
  }),
  'on-off-of-bit': () => ({
    ko: '비트로 오는 값은 on과 off를 true, false 또는 1, 0으로 작성',
    en: 'what comes as a bit is on or off by true and false, or 1 and 0',
  }),
  'field-length': () => ({
    ko: 'hex와 text에는 바이트 수 length가 필요하고 다른 type에는 쓰지 않음',
    en: 'hex and text need their `length` in bytes, and only they take one',
  }),
  'field-of-no-point': ({ point, known }: { readonly point: string; readonly known: readonly string[] }) => ({
    ko: `측정점 ${withParticle(point, '이/가')} 없음: 있는 것은 ${known.join(', ')}`,
    en: `there is no point ${point}; there is ${known.join(', ')}`,
  }),
  'figure-in-body': ({ point, from }: { readonly point: string; readonly from: string }) => ({
    ko: `${withParticle(point, '은/는')} from: ${from}이라 메시지 안에 자리가 없음`,
    en: `${point} comes from ${from}, so it has no place in a message`,
  }),
  'point-nowhere': () => ({
    ko: '어느 layout에도 자리가 없음: fields에 넣거나 from을 작성',
    en: 'stands in no layout; give it a place in `fields`, or say `from`',
  }),
  'channel-begins-another': ({ other }: { readonly other: string }) => ({
    ko: `채널 "${other}"와 같은 바이트로 시작함: 어느 채널인지 알 수 없음`,
    en: `begins with the bytes of channel "${other}": nobody could tell which it is`,
  }),
  'port-ignored': ({ port }: { readonly port: number }) => ({
    ko: `포트 ${port}은(는) ignore에 있음: 한쪽을 지움`,
    en: `port ${port} stands in \`ignore\` as well; remove one of them`,
  }),
  'layouts-alike': ({ other }: { readonly other: string }) => ({
    ko: `한 메시지가 layout ${other}에도 맞음: port, firmware, length, start 중 하나로 구분`,
    en: `a message could have layout ${other} as well; tell them apart by port, firmware, length or start`,
  }),
  'asks-no-broker': ({ profile }: { readonly profile: string }) => ({
    ko: `${withParticle(profile, '은/는')} 브로커로 메시지를 보내는 장치가 아님: kind: mqtt에는 protocol: uplink인 profile 사용`,
    en: `${profile} sends no messages by a broker; a bus of kind mqtt takes profiles with \`protocol: uplink\``,
  }),
  'by-broker-only': ({ profile }: { readonly profile: string }) => ({
    ko: `${withParticle(profile, '은/는')} 브로커로 메시지를 보냄: kind: mqtt 버스에 둠`,
    en: `${profile} sends messages by a broker; put it on a bus of kind mqtt`,
  }),
  'dev-eui-form': ({ address }: { readonly address: string }) => ({
    ko: `${withParticle(address, '은/는')} DevEUI가 아님: 16진수 16자리, 따옴표 안에 작성`,
    en: `${address} is no DevEUI: sixteen hexadecimal digits, in quotation marks`,
  }),
  'firmware-needed': ({ profile, known }: { readonly profile: string; readonly known: readonly string[] }) => ({
    ko: `${profile}의 메시지는 펌웨어마다 다름: firmware를 ${known.join(', ')} 중에서 작성`,
    en: `the messages of ${profile} differ by firmware; say which it has: ${known.join(', ')}`,
  }),
  'no-such-firmware': ({
    firmware,
    profile,
    known,
  }: {
    firmware: string;
    profile: string;
    known: readonly string[];
  }) => ({
    ko: `${profile}에 펌웨어 ${firmware} 없음: ${known.length === 0 ? 'firmware를 지움' : `있는 것은 ${known.join(', ')}`}`,
    en: `${profile} knows no firmware ${firmware}; ${known.length === 0 ? 'remove it' : `it has ${known.join(', ')}`}`,
  }),
  'topic-form': () => ({
    ko: '토픽에 {address}가 한 단계로 한 번 있어야 하며 #은 쓸 수 없음, 예: sensors/{address}/up',
    en: 'a topic has {address} as one of its levels, once, and no #, as in sensors/{address}/up',
  }),
  'topic-needed': ({ format }: { readonly format: string }) => ({
    ko: `format: ${format}에는 topic이 필요함, 예: sensors/{address}/up`,
    en: `format ${format} needs \`topic\`, as in sensors/{address}/up`,
  }),
  'body-not-of-format': ({ profile, format }: { readonly profile: string; readonly format: string }) => ({
    ko: `${profile}의 layout은 format: ${format}으로 오지 않음`,
    en: `no layout of ${profile} comes by format ${format}`,
  }),
  'life-safety-by-radio': ({ point, kind, limitMs }: { point: string; kind: string; limitMs: number }) => ({
    ko: `${point}(${kind})은(는) 무선 센서라 고장이 최대 ${limitMs / 60_000}분 뒤에야 알려짐: 인증된 감지기를 대신할 수 없음`,
    en: `${point} (${kind}) comes by radio: that it is gone shows after up to ${limitMs / 60_000} min; it never stands in for a certified detector`,
  }),
  'broker-plain': () => ({
    ko: '암호화 없이 다른 기계의 브로커에 접속함: mqtts://를 쓰거나 insecure: true 작성',
    en: 'reaches a broker on another machine unencrypted; use mqtts://, or say `insecure: true`',
  }),
} satisfies Table;
