import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { quoted } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };

/** `host` as the file has it; `meant`: the address that was meant, null when nobody can say. */
type Host = { readonly host: string };

/** Hosts, addresses, listeners and uplinks. */
export const networkWords = {
  'host-form': () => ({ ko: '호스트는 이름 또는 주소만 작성', en: 'a host is a name or an address alone' }),
  'host-with-port': ({ host }: Host) => ({
    ko: `"${host}": 호스트는 이름 또는 주소만 작성: 포트는 \`port\`에 씀`,
    en: `"${host}": a host is a name or an address alone; its port is said by \`port\``,
  }),
  'ipv4-padded': ({ host, meant }: Host & { readonly meant: string }) => ({
    ko: `"${host}": IPv4 주소는 앞에 0을 붙이지 않은 0–255의 숫자 네 개이며, 이대로는 8진수로 읽힘: 혹시 ${meant}?`,
    en: `"${host}": an IPv4 address is four numbers, 0–255, without leading zeros, which here would be read as octal; did you mean ${meant}?`,
  }),
  'ipv4-form': ({ host, over }: Host & { readonly over: string | null }) => ({
    ko: `"${host}": IPv4 주소는 앞에 0을 붙이지 않은 0–255의 숫자 네 개${over === null ? '' : `, ${withParticle(over, '은/는')} 아님`}: 전체를 작성`,
    en: `"${host}": an IPv4 address is four numbers, 0–255, without leading zeros${over === null ? '' : `, and ${over} is none`}; write it in full`,
  }),
  'ipv6-form': ({ host, meant }: Host & { readonly meant: string | null }) => ({
    ko: `"${host}": fe80::1 같은 IPv6 주소가 아님: ${meant === null ? '전체를 작성' : `혹시 ${meant}?`}`,
    en: `"${host}": this is no IPv6 address, such as fe80::1; ${meant === null ? 'write it in full' : `did you mean ${meant}?`}`,
  }),
  'host-of-no-one': ({ host }: Host) => ({
    ko: `"${host}": 한 장비의 주소가 아님: 접속할 장비의 주소를 작성`,
    en: `"${host}": no single machine has this address; give the one of the machine that is to be reached`,
  }),
  'host-without-interface': ({ host }: Host) => ({
    ko: `"${host}": 링크 로컬 주소는 인터페이스가 있어야 닿음: ${host}%eth0처럼 작성(ip link로 이름 확인)`,
    en: `"${host}": an address of the link alone is reached through an interface; write ${host}%eth0 with its name (ip link), or the device's other address`,
  }),
  'port-zero': () => ({
    ko: '포트 0에는 접속할 수 없음: 브로커의 포트를 작성(mqtts는 보통 8883)',
    en: 'nothing can be reached at port 0; write the port of the broker (of mqtts usually 8883)',
  }),
  'network-form': () => ({
    ko: '127.0.0.1 같은 주소 또는 10.0.0.0/24 같은 네트워크로 작성',
    en: 'an address such as 127.0.0.1, or a network such as 10.0.0.0/24',
  }),

  'mqtt-over-websocket': () => ({
    ko: '여기서 MQTT는 TCP로만 씀: mqtts://host:port로 작성',
    en: 'MQTT goes by TCP here; use mqtts://host:port',
  }),
  'uplink-form': () => ({
    ko: 'uplink는 mqtts://host:port로, 이 장비 안에서는 mqtt://host:port로 작성',
    en: 'an uplink is written mqtts://host:port, or mqtt://host:port on this machine',
  }),
  'uplink-with-secret': () => ({
    ko: '주소에 이름이나 비밀번호를 쓰지 않음: username과 passwordFile 사용',
    en: 'no name or password in the address; use username and passwordFile',
  }),
  'uplink-plain': () => ({
    ko: '비밀번호와 측정값이 암호화 없이 네트워크를 지나감: mqtts://host:8883을 쓰거나 이 uplink에 insecure: true를 씀',
    en: 'passwords and readings would pass over the network unencrypted; use mqtts://host:8883, or say insecure: true in this uplink',
  }),
  'uplink-insecure-idle': () => ({
    ko: 'insecure가 바꾸는 것이 없음(암호화되거나 이 장비를 벗어나지 않음): 지움',
    en: 'insecure changes nothing: what goes to this address is encrypted or stays on this machine; remove it',
  }),

  'city-plain': () => ({
    ko: '토큰과 측정값이 암호화 없이 네트워크를 지나감: https:// 또는 tls://를 쓰거나 여기에 insecure: true를 씀',
    en: 'the token and readings would pass over the network unencrypted; use https:// or tls://, or say insecure: true here',
  }),
  'city-without-proof': () => ({
    ko: '도시가 이 게이트웨이를 알아볼 것이 없음: tokenFile(NATS는 seedFile) 또는 cert와 key를 씀',
    en: 'nothing tells the city that this is the gateway; give tokenFile (for NATS seedFile), or cert and key',
  }),
  'city-proof-of-other': ({ file, carrier }: { readonly file: string; readonly carrier: string }) => ({
    ko: `${withParticle(file, '은/는')} ${carrier} 주소에서 쓰이지 않음: ${carrier === 'NATS' ? 'seedFile을 씀' : 'tokenFile을 씀'}`,
    en: `${file} is not used with an address of ${carrier}; give ${carrier === 'NATS' ? 'seedFile' : 'tokenFile'}`,
  }),

  'bridge-plain': () => ({
    ko: '비밀번호와 측정값이 암호화 없이 네트워크를 지나감: mqtts://를 쓰거나 여기에 insecure: true를 씀',
    en: 'the password and readings would pass over the network unencrypted; use mqtts://, or say insecure: true here',
  }),
  'password-twice': () => ({
    ko: 'passwordFile과 passwordEnv 둘 다 있음: 하나만 씀',
    en: 'passwordFile stands here as well; give one of the two',
  }),

  'listener-port-taken': ({ port, listener }: { readonly port: number; readonly listener: string }) => ({
    ko: `포트 ${withParticle(port, '은/는')} ${withParticle(listener, '이/가')} 사용함: 둘 중 하나를 바꿈`,
    en: `port ${port} is taken by ${listener}; give one of them another`,
  }),
  'listener-plain': ({ bind, hasTls }: { readonly bind: string; readonly hasTls: boolean }) => ({
    ko: `${withParticle(bind, '은/는')} 다른 장비에서 접속되며 암호화되지 않음: ${hasTls ? '여기는 bind 127.0.0.1로 두고 tls의 bind로 열거나' : 'tls: {}를 추가하고 여기는 bind 127.0.0.1로 두거나'} insecure: true를 씀`,
    en: `${bind} can be reached from other machines, and nothing is encrypted here; ${hasTls ? 'bind 127.0.0.1 here, and tls to it' : 'add tls: {} and bind 127.0.0.1 here'}, or say insecure: true`,
  }),
  'listener-insecure-idle': ({ bind }: { readonly bind: string }) => ({
    ko: `insecure가 바꾸는 것이 없음(${withParticle(bind, '은/는')} 이 장비뿐임): 지움`,
    en: `insecure changes nothing: ${bind} is this machine alone; remove it`,
  }),
  'half-a-pair': ({ there, absent }: { readonly there: string; readonly absent: string }) => ({
    ko: `${absent} 없이 ${there}만 있음: 둘 다 쓰거나, 게이트웨이 인증서를 쓰려면 둘 다 지움`,
    en: `${there} stands here without ${absent}; give both, or neither to use a certificate of the gateway's own`,
  }),
  'name-above': ({ name }: { readonly name: string }) => ({
    ko: `${withParticle(quoted(name), '은/는')} 위에 이미 있음: 둘 중 하나를 지움`,
    en: `${quoted(name)} stands above; remove one of the two`,
  }),
} satisfies Table;
