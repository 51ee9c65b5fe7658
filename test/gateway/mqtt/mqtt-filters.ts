import { grid } from './mqtt-grids.ts';

/** What is published on the topics of these names, at the sites that are served and beside them. */
export const probes = {
  status: 'jari/v1/saesol/cabinet-1/status',
  health: 'jari/v1/saesol/cabinet-1/health',
  birth: 'jari/v1/saesol/cabinet-1/tilt-se/birth',
  readings: 'jari/v1/saesol/cabinet-1/tilt-se/readings',
  diagnosis: 'jari/v1/saesol/cabinet-1/tilt-se/diagnosis',
  result: 'jari/v1/saesol/cabinet-1/command/result',
  command: 'jari/v1/saesol/cabinet-1/command',
  certificate: 'jari/v1/saesol/cabinet-1/certificate',
  configuration: 'jari/v1/saesol/cabinet-1/configuration',
  request: 'jari/v1/saesol/cabinet-1/certificate/request',
  'status-2': 'jari/v1/saesol/cabinet-2/status',
  'command-2': 'jari/v1/saesol/cabinet-2/command',
  lot: 'jari/v1/saesol/parking/lot-1',
  space: 'jari/v1/saesol/parking/lot-1/a-1',
  alert: 'jari/v1/saesol/alerts/hall/alert-1',
  'status-h': 'jari/v1/hanbit/cabinet-1/status',
  'command-h': 'jari/v1/hanbit/cabinet-1/command',
  // No topics of the contract, or of no site that is served: nobody may hear these, by whatever filter.
  unnamed: 'jari/v1/saesol/cabinet-1/unheard-of',
  deeper: 'jari/v1/saesol/cabinet-1/tilt-se/readings/more',
  closed: 'jari/v1/saesol/cabinet-1/command/',
  empty: 'jari/v1/saesol//status',
  beside: 'jari/v1/saesol2/cabinet-1/status',
  version: 'jari/v2/saesol/cabinet-1/status',
  refused: 'refused/jari/v1/saesol/cabinet-1/status',
  system: '$SYS/broker/uptime',
  root: 'secret',
} as const;
export type Probe = keyof typeof probes;

/**
 * Subscribing. yes: granted. no: 0x80, and the connection lasts. cut: the connection is ended. Beside it what who is
 * granted the filter is sent, as it is published and as it was retained before; everybody else is sent nothing.
 */
export const subscribing = grid(`
//                                          stranger one other namesake read audit metrics over five
jari/v1/saesol/cabinet-1/status                 | 5 no  no  no  yes yes 5 4 1 | status
jari/v1/saesol/cabinet-1/health                 | 5 no  no  no  yes yes 5 4 1 | health
jari/v1/saesol/cabinet-1/tilt-se/birth          | 5 no  no  no  yes yes 5 4 1 | birth
jari/v1/saesol/cabinet-1/tilt-se/readings       | 5 no  no  no  yes yes 5 4 1 | readings
jari/v1/saesol/cabinet-1/tilt-se/diagnosis      | 5 no  no  no  yes yes 5 4 1 | diagnosis
jari/v1/saesol/cabinet-1/command/result         | 5 no  no  no  yes yes 5 4 1 | result
jari/v1/saesol/cabinet-1/command                | 5 yes no  no  yes yes 5 4 1 | command
jari/v1/saesol/cabinet-1/certificate            | 5 yes no  no  no  no  5 4 1 | certificate
jari/v1/saesol/cabinet-1/configuration          | 5 yes no  no  no  no  5 4 1 | configuration
jari/v1/saesol/cabinet-1/certificate/request    | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/cabinet-1/certificate/#          | 5 no  no  no  yes yes 5 4 1 |
jari/v1/saesol/cabinet-2/status                 | 5 no  no  no  yes yes 5 4 1 | status-2
jari/v1/saesol/cabinet-2/command                | 5 no  yes no  yes yes 5 4 1 | command-2
jari/v1/saesol/cabinet-2/certificate            | 5 no  yes no  no  no  5 4 1 |
jari/v1/saesol/cabinet-2/configuration          | 5 no  yes no  no  no  5 4 1 |
jari/v1/hanbit/cabinet-1/status                 | 5 no  no  no  yes yes 5 4 1 | status-h
jari/v1/hanbit/cabinet-1/command                | 5 no  no  yes yes yes 5 4 1 | command-h
jari/v1/hanbit/cabinet-1/certificate            | 5 no  no  yes no  no  5 4 1 |
jari/v1/hanbit/cabinet-1/configuration          | 5 no  no  yes no  no  5 4 1 |
jari/v1/saesol/parking/lot-1                    | 5 no  no  no  yes yes 5 4 1 | lot
jari/v1/saesol/parking/lot-1/a-1                | 5 no  no  no  yes yes 5 4 1 | space
jari/v1/saesol/alerts/hall/alert-1              | 5 no  no  no  yes yes 5 4 1 | alert
jari/v1/saesol2/cabinet-1/status                | 5 no  no  no  no  no  5 4 1 |
jari/v1/elsewhere/cabinet-9/command             | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/cabinet-1/#                      | 5 no  no  no  yes yes 5 4 1 | own
jari/v1/saesol/cabinet-1/+                      | 5 no  no  no  yes yes 5 4 1 | status health command
jari/v1/saesol/cabinet-1/command/#              | 5 no  no  no  yes yes 5 4 1 | result command
jari/v1/saesol/cabinet-1/command/+              | 5 no  no  no  yes yes 5 4 1 | result
jari/v1/saesol/cabinet-1/+/readings             | 5 no  no  no  yes yes 5 4 1 | readings
jari/v1/saesol/#                                | 5 no  no  no  yes yes 5 4 1 | saesol
jari/v1/saesol/+/command                        | 5 no  no  no  yes yes 5 4 1 | command command-2
jari/v1/saesol/+/status                         | 5 no  no  no  yes yes 5 4 1 | status status-2
jari/v1/saesol/+/+/readings                     | 5 no  no  no  yes yes 5 4 1 | readings
jari/v1/saesol/parking/#                        | 5 no  no  no  yes yes 5 4 1 | lot space
jari/v1/saesol/parking/+                        | 5 no  no  no  yes yes 5 4 1 | lot
jari/v1/saesol/alerts/+/+                       | 5 no  no  no  yes yes 5 4 1 | alert
jari/v1/hanbit/#                                | 5 no  no  no  yes yes 5 4 1 | status-h command-h
jari/v1/saesol                                  | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/                                 | 5 no  no  no  yes yes 5 4 1 |
jari/v1/saesol/cabinet-1/unheard-of             | 5 no  no  no  yes yes 5 4 1 |
jari/v1/saesol/cabinet-1/command/               | 5 no  no  no  yes yes 5 4 1 |
jari/v1/saesol//status                          | 5 no  no  no  yes yes 5 4 1 |
/jari/v1/saesol/cabinet-1/command               | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/../hanbit/cabinet-1/status       | 5 no  no  no  yes yes 5 4 1 |
jari/v1/../v1/saesol/cabinet-1/status           | 5 no  no  no  no  no  5 4 1 |
jari/v1/+/cabinet-1/status                      | 5 no  no  no  no  no  5 4 1 |
jari/v1/+/cabinet-1/command                     | 5 no  no  no  no  no  5 4 1 |
jari/v1/+/parking/lot-1                         | 5 no  no  no  no  no  5 4 1 |
jari/v1/+/#                                     | 5 no  no  no  no  no  5 4 1 |
jari/v1/#                                       | 5 no  no  no  no  no  5 4 1 |
jari/+/saesol/cabinet-1/command                 | 5 no  no  no  no  no  5 4 1 |
jari/#                                          | 5 no  no  no  no  no  5 4 1 |
+/v1/saesol/cabinet-1/command                   | 5 no  no  no  no  no  5 4 1 |
+/+/+/+/command                                 | 5 no  no  no  no  no  5 4 1 |
+/#                                             | 5 no  no  no  no  no  5 4 1 |
+                                               | 5 no  no  no  no  no  5 4 1 |
#                                               | 5 no  no  no  no  no  5 4 1 |
/#                                              | 5 no  no  no  no  no  5 4 1 |
/                                               | 5 no  no  no  no  no  5 4 1 |
secret                                          | 5 no  no  no  no  no  5 4 1 |
JARI/v1/saesol/cabinet-1/command                | 5 no  no  no  no  no  5 4 1 |
jari/v2/saesol/#                                | 5 no  no  no  no  no  5 4 1 |
refused/#                                       | 5 no  no  no  no  no  5 4 1 |
$SYS/#                                          | 5 no  no  no  no  no  5 4 1 |
$SYS/+/uptime                                   | 5 no  no  no  no  no  5 4 1 |
$SYS/broker/uptime                              | 5 no  no  no  no  no  5 4 1 |
$share/g/jari/v1/saesol/#                       | 5 no  no  no  no  no  5 4 1 |
$share/g/jari/v1/saesol/cabinet-1/command       | 5 no  no  no  no  no  5 4 1 |
$queue/jari/v1/saesol/#                         | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/cabinet-1/command<nul>           | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/<nul>/#                          | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/<no-utf8>/#                      | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/<surrogate>/#                    | 5 no  no  no  no  no  5 4 1 |
jari/v1/saesol/함체/#                           | 5 no  no  no  yes yes 5 4 1 |
jari/v1/saesol/#/status                         | 5 cut cut cut cut cut 5 4 1 |
jari/v1/saesol/cabinet-1#                       | 5 cut cut cut cut cut 5 4 1 |
jari/v1/saesol/cabinet+/status                  | 5 cut cut cut cut cut 5 4 1 |
jari/v1/saesol/+cabinet/status                  | 5 cut cut cut cut cut 5 4 1 |
jari/v1/saesol/cabinet-1<8-levels>              | 5 cut cut cut cut cut 5 4 1 |
jari/v1/saesol/cabinet-1<200-levels>            | 5 cut cut cut cut cut 5 4 1 |
<nothing>                                       | 5 cut cut cut cut cut 5 4 1 |
`);

const own: readonly Probe[] = ['status', 'health', 'birth', 'readings', 'diagnosis', 'result', 'command'];
const groups: Readonly<Record<string, readonly Probe[]>> = {
  own,
  saesol: [...own, 'status-2', 'command-2', 'lot', 'space', 'alert'],
};

/** What who is granted the row's filter is sent, in the order in which it is published. */
export function sentBy(rest: string): string[] {
  const words = new Set<string>(rest.split(' ').flatMap((word): readonly string[] => groups[word] ?? [word]));
  return Object.keys(probes).filter((name) => words.has(name));
}
