/**
 * Who may do what on MQTT, written out by hand cell by cell; nothing here comes from the code. What a word means stands
 * above each grid. A digit is the code of CONNACK by which a client is not let in at all, whatever it sent with CONNECT; cut
 * in its place is a connection that was ended without one.
 */

export const clients = [
  'stranger', // neither name nor password
  'one', // agent cabinet-1 of saesol
  'other', // agent cabinet-2 of saesol
  'namesake', // agent cabinet-1 of hanbit
  'read', // a token of scope read
  'audit', // a token of scopes read and audit
  'metrics', // a token of scope metrics alone
  'over', // a token of scope read whose time is over
  'five', // agent cabinet-1 of saesol, by MQTT 5
] as const;
export type ClientName = (typeof clients)[number];

export type Row = { readonly what: string; readonly cells: readonly string[]; readonly rest: string };

/** Lines of `what | a cell for each client | rest`. */
export function grid(text: string): readonly Row[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
  return lines.map((line) => {
    const [what = '', cells = '', rest = ''] = line.split('|').map((part) => part.trim());
    const row = { what, cells: cells.split(/\s+/), rest };
    if (row.cells.length !== clients.length) throw new Error(`not a cell for each client: ${line}`);
    return row;
  });
}

/** Bytes that cannot be written down, by the names they have in the grids. */
const bytes: Readonly<Record<string, Uint8Array>> = {
  '<nothing>': new Uint8Array(),
  '<nul>': Uint8Array.of(0),
  '<no-utf8>': Uint8Array.of(0xff, 0xfe),
  '<surrogate>': Uint8Array.of(0xed, 0xa0, 0x80),
  '<8-levels>': Buffer.from('/x'.repeat(8)),
  '<200-levels>': Buffer.from('/x'.repeat(200)),
  '<60000-bytes>': Buffer.from('x'.repeat(60_000)),
};

/** A topic or filter of a grid as it goes onto the wire. */
export function topicBytes(what: string): Uint8Array {
  return Buffer.concat(what.split(/(<[\w-]+>)/).map((part) => bytes[part] ?? Buffer.from(part)));
}

/**
 * Publishing, each at QoS 0 and at QoS 1. yes: taken in, acknowledged at QoS 1, passed on to a reader of both sites, and
 * the connection lasts. asked: acknowledged and for the gateway alone, neither stored nor passed on. no: nothing of all
 * that, and the connection is ended.
 */
export const publishing = grid(`
//                                            stranger one other namesake read audit metrics over five
jari/v1/saesol/cabinet-1/status                     | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/health                     | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/birth              | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/nobodys/birth              | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/readings           | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/diagnosis          | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/command/result             | 5 yes no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/certificate/request        | 5 asked no no  no no 5 4 1
jari/v1/saesol/cabinet-1/certificate                | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/configuration              | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/certificate/readings       | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/command                    | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-2/status                     | 5 no  yes no  no no 5 4 1
jari/v1/saesol/cabinet-2/di-1/readings              | 5 no  yes no  no no 5 4 1
jari/v1/saesol/cabinet-2/health                     | 5 no  yes no  no no 5 4 1
jari/v1/saesol/cabinet-2/di-1/birth                 | 5 no  yes no  no no 5 4 1
jari/v1/saesol/cabinet-2/di-1/diagnosis             | 5 no  yes no  no no 5 4 1
jari/v1/saesol/cabinet-2/command/result             | 5 no  yes no  no no 5 4 1
jari/v1/saesol/cabinet-2/certificate/request        | 5 no  asked no no no 5 4 1
jari/v1/saesol/cabinet-2/command                    | 5 no  no  no  no no 5 4 1
jari/v1/hanbit/cabinet-1/status                     | 5 no  no  yes no no 5 4 1
jari/v1/hanbit/cabinet-1/co-1/readings              | 5 no  no  yes no no 5 4 1
jari/v1/hanbit/cabinet-1/health                     | 5 no  no  yes no no 5 4 1
jari/v1/hanbit/cabinet-1/co-1/birth                 | 5 no  no  yes no no 5 4 1
jari/v1/hanbit/cabinet-1/co-1/diagnosis             | 5 no  no  yes no no 5 4 1
jari/v1/hanbit/cabinet-1/command/result             | 5 no  no  yes no no 5 4 1
jari/v1/hanbit/cabinet-1/certificate/request        | 5 no  no  asked no no 5 4 1
jari/v1/elsewhere/cabinet-1/status                  | 5 no  no  no  no no 5 4 1
jari/v1/saesol/parking/lot-1                        | 5 no  no  no  no no 5 4 1
jari/v1/saesol/parking/lot-1/a-1                    | 5 no  no  no  no no 5 4 1
jari/v1/saesol/alerts/hall/alert-1                  | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/unheard-of                 | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/unheard-of         | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/readings/more      | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1                            | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/                           | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/status/                    | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1//readings                  | 5 no  no  no  no no 5 4 1
jari/v1/saesol//status                              | 5 no  no  no  no no 5 4 1
/jari/v1/saesol/cabinet-1/status                    | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-2/../cabinet-1/status        | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/../status                  | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/TILT-SE/readings           | 5 no  no  no  no no 5 4 1
JARI/v1/saesol/cabinet-1/status                     | 5 no  no  no  no no 5 4 1
jari/v2/saesol/cabinet-1/status                     | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/status<nul>                | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se<nul>/readings      | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/<no-utf8>/readings         | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/<surrogate>/readings       | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/함체/readings              | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/+/readings                 | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/#                          | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1<8-levels>                  | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1<200-levels>                | 5 no  no  no  no no 5 4 1
jari/v1/saesol/cabinet-1/<60000-bytes>/readings     | cut no no  no  no no cut cut cut
refused/jari/v1/saesol/cabinet-1/status             | 5 no  no  no  no no 5 4 1
$SYS/broker/uptime                                  | 5 no  no  no  no no 5 4 1
$share/g/jari/v1/saesol/cabinet-1/status            | 5 no  no  no  no no 5 4 1
$queue/jari/v1/saesol/cabinet-1/status              | 5 no  no  no  no no 5 4 1
<nothing>                                           | 5 no  no  no  no no 5 4 1
/                                                   | 5 no  no  no  no no 5 4 1
`);

/**
 * Publishing with the retain flag. kept: passed on, and who subscribes later gets it. once: passed on, and who subscribes
 * later does not. asked: for the gateway alone. no: nothing of that, and the connection is ended.
 */
export const retaining = grid(`
//                                            stranger one other namesake read audit metrics over five
jari/v1/saesol/cabinet-1/status                     | 5 kept no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/health                     | 5 kept no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/birth              | 5 kept no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/nobodys/birth              | 5 once no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/readings           | 5 once no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/tilt-se/diagnosis          | 5 once no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/command/result             | 5 once no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/certificate/request        | 5 asked no  no   no no 5 4 1
jari/v1/saesol/cabinet-1/certificate                | 5 no   no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/command                    | 5 no   no   no   no no 5 4 1
jari/v1/saesol/cabinet-2/status                     | 5 no   kept no   no no 5 4 1
jari/v1/hanbit/cabinet-1/status                     | 5 no   no   kept no no 5 4 1
jari/v1/saesol/parking/lot-1                        | 5 no   no   no   no no 5 4 1
jari/v1/saesol/parking/lot-1/a-1                    | 5 no   no   no   no no 5 4 1
jari/v1/saesol/alerts/hall/alert-1                  | 5 no   no   no   no no 5 4 1
jari/v1/saesol/cabinet-1/unheard-of                 | 5 no   no   no   no no 5 4 1
`);

/**
 * Wills. yes: the client is let in, and when its line is lost the will is taken in and passed on. Nobody hears any other
 * will.
 */
export const willing = grid(`
//                                            stranger one other namesake read audit metrics over five
jari/v1/saesol/cabinet-1/status                     | 5 yes 5   5   5   5   5   4   1
jari/v1/saesol/cabinet-2/status                     | 5 5   yes 5   5   5   5   4   1
jari/v1/hanbit/cabinet-1/status                     | 5 5   5   yes 5   5   5   4   1
jari/v1/saesol/cabinet-1/health                     | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/tilt-se/readings           | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/command/result             | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/command                    | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/certificate/request        | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/parking/lot-1                        | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/alerts/hall/alert-1                  | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/status/                    | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/../cabinet-2/status        | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/status<nul>                | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/<no-utf8>/status                     | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/+/status                             | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/#                                    | 5 5   5   5   5   5   5   4   1
#                                                   | 5 5   5   5   5   5   5   4   1
$SYS/broker/uptime                                  | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1<200-levels>                | 5 5   5   5   5   5   5   4   1
jari/v1/saesol/cabinet-1/<60000-bytes>/status       | cut cut cut cut cut cut cut cut cut
<nothing>                                           | 5 5   5   5   5   5   5   4   1
`);

/** What becomes of an agent's will by how its connection ends. yes: it is taken in and passed on. no: neither. */
export const ending = grid(`
//                                            stranger one other namesake read audit metrics over five
the line is lost                                    | 5 yes yes yes 5   5   5   4   1
it sends what is no packet                          | 5 yes yes yes 5   5   5   4   1
it publishes where it may not                       | 5 yes yes yes 5   5   5   4   1
its credential is replaced                          | 5 yes yes yes 5   5   5   4   1
it says goodbye                                     | 5 no  no  no  5   5   5   4   1
it connects once more                               | 5 no  no  no  5   5   5   4   1
the gateway stops                                   | 5 no  no  no  5   5   5   4   1
`);

/**
 * CONNECT for a session that outlasts the connection, with a SUBSCRIBE of everything behind it: refused. Who then comes
 * properly finds no session and is sent nothing.
 */
export const storing = grid(`
//                                            stranger one other namesake read audit metrics over five
under its own client id                             | 5 5   5   5   5   5   5   4   1
under no client id                                  | 5 2   2   2   5   5   5   4   1
under the client id of an agent                     | 5 2   2   2   2   2   5   4   1
`);

/** A session that ends with its connection: what it subscribed to before is not sent to who comes back under its id. */
export const returning = grid(`
//                                            stranger one other namesake read audit metrics over five
allowed and denied filters, then a goodbye          | 5 yes yes yes yes yes 5   4   1
allowed and denied filters, then a lost line        | 5 yes yes yes yes yes 5   4   1
`);
