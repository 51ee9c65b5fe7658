import * as checks from './interop-checks.ts';

/** What a broker does: as it is asked, or something else and why. */
export type Cell = 'it does' | { readonly instead: string; readonly because: string };

export type Row = {
  /** The suite's test, by its name there without `test_`; beyond the suite the rule of the standard. */
  readonly suite: string;
  /** What the broker is asked to do. */
  readonly asked: string;
  readonly check: checks.Check;
  readonly mosquitto?: Cell;
  /** Our broker without access control. */
  readonly open?: Cell;
  /** Our broker, asked as the suite asks. */
  readonly ours?: Cell;
  /** Our broker, asked as it is meant. */
  readonly meant?: Cell;
};

const stranger: Cell = {
  instead: 'CONNACK 5, no user name or no password',
  because: 'nobody comes in unnamed',
};
const endless: Cell = {
  instead: 'CONNACK 5, keepalive must be 1–120 s',
  because: 'a connection that died is to be noticed',
};
const session: Cell = {
  instead: 'CONNACK 5, clean session is required, since none is stored here (of a mosquitto bridge: cleansession true)',
  because: 'what was missed is in the store, and no queue grows for one who stays away',
};
const will: Cell = {
  instead:
    'CONNACK 5, a token publishes nothing, so it has no will: take it out (of a mosquitto bridge: notifications false)',
  because: 'agents alone speak',
};
const says: Cell = { instead: 'the connection ended on PUBLISH', because: 'agents alone speak' };
const hears: Cell = { instead: 'SUBACK 0x80', because: 'a token hears topics below its sites and nothing else' };

/** Every check of the suite's MQTT 3.1.1 tests, and what it needs before it can begin. A column left out says that the broker does. */
const ofTheSuite: readonly Row[] = [
  {
    suite: 'every test',
    asked: 'let in a client without name and password',
    check: checks.letsStrangersIn,
    ours: stranger,
    meant: stranger,
  },
  {
    suite: 'every test',
    asked: 'let in a client without keepalive',
    check: checks.letsInWithoutKeepalive,
    ours: endless,
    meant: endless,
  },
  {
    suite: 'every test',
    asked: 'grant a filter for everything',
    check: checks.tellsEverything,
    ours: hears,
    meant: hears,
  },
  { suite: 'basic', asked: 'let a client in again, without a session', check: checks.comesAgain },
  {
    suite: 'basic',
    asked: 'give back each message at its own QoS',
    check: checks.hearsEachQuality,
    ours: hears,
  },
  { suite: 'basic', asked: 'end a connection at its second CONNECT', check: checks.endsAtSecondConnect },
  { suite: 'basic', asked: 'refuse a protocol of another name', check: checks.endsAtOtherProtocol },
  {
    suite: 'retained_messages',
    asked: 'give retained messages to whoever comes later',
    check: checks.retains,
    ours: says,
  },
  {
    suite: 'retained_messages',
    asked: 'forget a retained message when an empty one comes',
    check: checks.forgetsRetained,
    ours: says,
  },
  {
    suite: 'offline_message_queueing',
    asked: 'keep a session and its messages for the absent',
    check: checks.keepsForTheAbsent,
    ours: session,
    meant: session,
  },
  {
    suite: 'will_message',
    asked: 'publish the will of a connection that broke',
    check: checks.speaksLastWords,
    ours: will,
  },
  {
    suite: 'keepalive',
    asked: 'cut off a silent client and publish its will',
    check: checks.noticesSilence,
    ours: will,
  },
  {
    suite: 'overlapping_subscriptions',
    asked: 'give a message at the highest QoS of its filters, or once for each',
    check: checks.overlaps,
    mosquitto: { instead: 'heard at QoS 1', because: 'the first filter that it finds decides' },
    ours: hears,
  },
  {
    suite: 'redelivery_on_reconnect',
    asked: 'deliver again what was left unanswered',
    check: checks.deliversAgain,
    ours: session,
    meant: session,
  },
  {
    suite: 'subscribe_failure',
    asked: 'answer SUBACK 0x80 to a filter that is forbidden',
    check: checks.refusesFilter,
    mosquitto: { instead: 'granted', because: 'its access list holds messages back, not subscriptions' },
  },
  {
    suite: 'dollar_topics',
    asked: 'keep $ topics from filters that begin with a wildcard',
    check: checks.hidesDollarTopics,
    ours: hears,
    meant: hears,
  },
  { suite: 'unsubscribe', asked: 'end a subscription', check: checks.unsubscribes, ours: hears },
  {
    suite: 'zero_length_clientid',
    asked: 'refuse a session to a client without an id',
    check: checks.refusesNamelessSession,
    open: { instead: 'let in', because: 'the library makes up an id, whatever the session' },
  },
  { suite: 'zero_length_clientid', asked: 'let in a client without an id', check: checks.namesTheNameless },
];

/** What the standard asks besides, where brokers are known to differ. */
const beyondTheSuite: readonly Row[] = [
  {
    suite: 'MQTT-3.8.4-6',
    asked: 'deliver a message at no more than the QoS it granted',
    check: checks.keepsToQuality,
    ours: hears,
  },
  {
    suite: 'MQTT-3.8.4-6',
    asked: 'deliver a retained message at no more than the QoS it granted',
    check: checks.keepsToQualityOfRetained,
    ours: says,
  },
  {
    suite: 'MQTT-3.3.1-1',
    asked: 'mark what it delivers again as delivered before',
    check: checks.marksRepetition,
    open: { instead: '0 of 2 marked', because: 'the library never sets the flag' },
    ours: session,
    meant: session,
  },
];

export const table: readonly Row[] = [...ofTheSuite, ...beyondTheSuite];
