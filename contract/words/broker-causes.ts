import type { BrokerCause } from '../reasons/broker-causes.ts';
import type { Words } from './words.ts';

/** Of the broker of a bus, which is somebody else's: a network server's or a bridge's. */
const words: Readonly<Record<BrokerCause, Words>> = {
  'hung-up': {
    ko: '브로커가 연결을 끊음, 다시 접속하는 중: 계속되면 브로커 로그 확인',
    en: 'it closed the connection; tried again by itself: if that lasts, look at its log',
  },
  'nothing-listens': {
    ko: '그 포트가 열려 있지 않음: 브로커를 켜거나 버스의 url 수정',
    en: "nothing listens there: start it, or correct the bus's url",
  },
  'no-such-host': {
    ko: '호스트를 찾을 수 없음: 버스의 url 또는 이 장비의 DNS 수정',
    en: "no such host: correct the bus's url, or the name service of this box",
  },
  'no-name-service': {
    ko: 'DNS가 응답하지 않음: 이 장비의 네트워크를 확인하거나 버스의 url에 주소를 작성',
    en: "no name service answers: check the network of this box, or write an address in the bus's url",
  },
  'no-answer': {
    ko: '호스트가 응답하지 않음: 이 장비와 브로커 사이의 네트워크 확인',
    en: 'no answer from that host: check the network between this box and the broker',
  },
  'no-way': {
    ko: '그 호스트까지 가는 길이 없음: 이 장비의 주소, 경로(ip route), 케이블 확인',
    en: "no way to that host: check this box's address, its route (ip route) and its cable",
  },
  'no-mqtt': {
    ko: 'MQTT가 아닌 응답: 버스 url의 포트 확인',
    en: "what listens there speaks no MQTT: check the port in the bus's url",
  },
  'no-tls': {
    ko: 'TLS가 아닌 응답: 버스 url의 포트 확인, 암호화하지 않는 브로커이면 mqtt://로 작성',
    en: "what listens there speaks no TLS that we share: check the port in the bus's url, or write mqtt:// for a broker that does not encrypt",
  },
  'mqtt-version': {
    ko: '브로커가 MQTT 3.1.1을 지원하지 않음: 지원하는 브로커 사용',
    en: 'it does not speak MQTT 3.1.1: use a broker that does',
  },
  'client-id': {
    ko: '브로커가 클라이언트 ID를 거부함: 브로커의 클라이언트 ID 규칙 확인',
    en: 'it refuses the client id: check what ids it allows',
  },
  'no-sign-in-now': {
    ko: '브로커가 지금은 접속을 받지 않음, 다시 접속하는 중: 계속되면 브로커 로그 확인',
    en: 'it takes no sign-in at the moment; tried again by itself: if that lasts, look at its log',
  },
  'wrong-password': {
    ko: '사용자 이름 또는 비밀번호가 틀림: 버스의 username과 passwordFile 확인',
    en: "wrong user name or password: check the bus's username and passwordFile",
  },
  'not-authorised': {
    ko: '권한 없음: 버스의 username, passwordFile과 브로커의 권한 확인',
    en: "not authorised: check the bus's username and passwordFile, and what the broker allows them",
  },
  untrusted: {
    ko: '브로커 인증서의 CA를 신뢰하지 않음: 버스의 tls.ca에 그 CA 지정',
    en: "the CA of its certificate is not trusted here: give it as the bus's tls.ca",
  },
  'certificate-expired': {
    ko: '브로커 인증서 기한이 지남: 이 장비의 시계를 확인하고, 맞으면 브로커 인증서 갱신',
    en: "its certificate has expired: check this box's clock, and if that is right, renew the certificate",
  },
  'certificate-early': {
    ko: '브로커 인증서가 아직 유효하지 않음: 이 장비의 시계 맞춤',
    en: "its certificate is not valid yet: set this box's clock",
  },
  'certificate-name': {
    ko: '브로커 인증서에 그 호스트 이름이 없음: 버스의 url에 인증서에 있는 이름을 작성',
    en: "its certificate is not for that host: write a name that it has in the bus's url",
  },
  'topic-refused': {
    ko: '브로커가 구독을 거부함: 이 사용자가 버스의 토픽을 읽을 수 있게 허용',
    en: "it refuses the subscription: allow this user to read the bus's topic",
  },
};

/** In words where it is known, else as it is. */
export function brokerCauseText(cause: string): Words {
  return Object.hasOwn(words, cause) ? words[cause as BrokerCause] : { ko: cause, en: cause };
}
