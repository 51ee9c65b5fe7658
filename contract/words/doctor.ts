import type { DrillFailure } from '../reasons/backup.ts';
import { backupCauses, backupWords } from './backup.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** What was seen, and what to do about it where something is to be done. */
export type Diagnosis = { readonly what: Words; readonly mend?: Words };
type Table = { readonly [code: string]: (figures: never) => Diagnosis };

type Listener = { readonly listener: 'mqtt' | 'http' };
type Folder = { readonly dir: string; readonly freeMb: number };
type Certificate = { readonly certificate: keyof typeof certificates };
type Token = { readonly token: string; readonly at: string };
type BackupKind = { readonly kind: 'backup' | 'drill' };
type Agent = { readonly agent: string; readonly site: string; readonly file: string };

/** Findings of `jari doctor`, by code. Times are ISO 8601. */
export const doctorWords = {
  version: ({ version, node }: { readonly version: string; readonly node: string }) => ({
    what: { ko: `jari ${version}, Node ${node}`, en: `jari ${version} on Node ${node}` },
  }),
  'clock-wrong': ({ now }: { readonly now: string }) => ({
    what: { ko: `이 장비의 시계가 ${now}임`, en: `this machine's clock says ${now}` },
    mend: { ko: '시각 맞춤 (timedatectl set-ntp true)', en: 'set it (timedatectl set-ntp true)' },
  }),
  'site-file-refused': ({ file, count, first }: { file: string; count: number; first: Words | null }) => ({
    what: {
      ko: `${file}: 문제 ${count}건${first === null ? '' : `, 첫 번째: ${first.ko}`}`,
      en: `${file}: ${count} problems${first === null ? '' : `, the first: ${first.en}`}`,
    },
    mend: { ko: `jari check ${file} 확인`, en: `see jari check ${file}` },
  }),
  'site-file-warning': ({ problem }: { readonly problem: Words }) => ({ what: problem }),
  'site-file-good': ({ file, site }: { readonly file: string; readonly site: string }) => ({
    what: { ko: `${file}: 사이트 ${site} 정상`, en: `${file}: site ${site} holds together` },
  }),
  'listener-private': ({ listener, tls }: Listener & { readonly tls: string | null }) => ({
    what: {
      ko: `${listener}: 평문은 이 장비 안에서만, ${tls === null ? 'TLS 없음' : `TLS는 ${tls}`}`,
      en: `${listener}: plain on this machine alone, ${tls === null ? 'no TLS' : `TLS on ${tls}`}`,
    },
  }),
  'listener-insecure': ({ listener, bind, port }: Listener & { readonly bind: string; readonly port: number }) => ({
    what: {
      ko: `${listener}: 암호화 없음, ${bind}:${port}에 평문: 비밀번호와 측정값이 도중에 읽힐 수 있음`,
      en: `${listener}: insecure, plain text on ${bind}:${port}: passwords and readings can be read on the way`,
    },
    mend: {
      ko: `사이트 파일의 gateway.${listener}에 tls: {}를 추가하고 bind와 insecure를 지움`,
      en: `give gateway.${listener} tls: {} in the site file, and take out bind and insecure`,
    },
  }),
  'uplink-name-unknown': ({ agent, host, names }: { agent: string; host: string; names: readonly string[] }) => ({
    what: {
      ko: `수집기 ${agent}: uplink 주소는 ${host}, 게이트웨이 인증서의 이름은 ${names.join(', ')}`,
      en: `agent ${agent}: ${unnamedText({ host, names })}`,
    },
    mend: {
      ko: '여기와 현장 장비의 사이트 파일에서 uplink.url을 바로잡거나 gateway.names에 이름을 추가',
      en: 'correct its uplink.url here and in the site file on the box, or add the name to gateway.names',
    },
  }),
  'uplink-insecure': ({ agent }: { readonly agent: string }) => ({
    what: {
      ko: `수집기 ${agent}: uplink가 암호화되지 않음`,
      en: `agent ${agent}: insecure, its uplink is not encrypted`,
    },
    mend: {
      ko: `mqtts://와 번들을 줌: jari agent add ${agent} --bundle FOLDER`,
      en: `give it mqtts:// and a bundle: jari agent add ${agent} --bundle FOLDER`,
    },
  }),
  'disk-room': (disk: Folder) => ({ what: freeText(disk) }),
  'disk-low': (disk: Folder) => ({
    what: freeText(disk),
    mend: { ko: '저장 공간 확보', en: 'free some space' },
  }),
  'folder-missing': ({ dir }: { readonly dir: string }) => ({
    what: { ko: `${dir}: 없음`, en: `${dir}: is not there` },
    mend: { ko: '게이트웨이를 한 번 시작하거나 --data로 지정', en: 'start the gateway once, or give --data' },
  }),
  'folder-private': ({ dir }: { readonly dir: string }) => ({
    what: { ko: `${dir}: 소유자만 읽을 수 있음`, en: `${dir}: for its owner alone` },
  }),
  'file-readable-by-others': ({ path }: { readonly path: string }) => ({
    what: {
      ko: `${path}: 이 장비의 다른 사용자가 읽을 수 있음`,
      en: `${path}: others on this machine can read it`,
    },
    mend: { ko: `chmod go-rwx ${path}`, en: `chmod go-rwx ${path}` },
  }),
  'certificate-expired': ({ certificate }: Certificate) => ({
    what: {
      ko: `${certificates[certificate].name.ko} 만료됨`,
      en: `${certificates[certificate].name.en} has expired`,
    },
    mend: certificates[certificate].mend,
  }),
  'certificate-ends-soon': (figures: Certificate & { readonly until: string }) => ({
    what: untilText(figures),
    mend: certificates[figures.certificate].mend,
  }),
  'certificate-good': (figures: Certificate & { readonly until: string }) => ({ what: untilText(figures) }),
  'store-missing': ({ file }: { readonly file: string }) => ({
    what: { ko: `${file}: 아직 없음`, en: `${file}: is not there yet` },
    mend: { ko: '게이트웨이를 한 번 시작', en: 'start the gateway once' },
  }),
  'store-unreadable': ({ file, cause }: { readonly file: string; readonly cause: string }) => ({
    what: { ko: `${file}: 읽을 수 없음 (${cause})`, en: `${file}: cannot be read (${cause})` },
    mend: {
      ko: '이 버전의 게이트웨이를 한 번 시작한 뒤 게이트웨이를 실행하는 사용자로 실행',
      en: 'run this as the user who runs the gateway, after the gateway of this version has started once',
    },
  }),
  admins: ({ count }: { readonly count: number }) => ({
    what: { ko: `관리자 ${count}명`, en: `${count} admin${count === 1 ? '' : 's'}` },
  }),
  'no-admin': () => ({
    what: { ko: '관리자가 없음', en: 'nobody is an admin' },
    mend: { ko: 'jari user add NAME --role admin', en: 'jari user add NAME --role admin' },
  }),
  'token-expired': ({ token, at }: Token) => ({
    what: { ko: `토큰 ${token} ${at}에 만료됨`, en: `token ${token} has ended ${at}` },
    mend: tokenMend(token),
  }),
  'token-ends-soon': ({ token, at }: Token) => ({
    what: { ko: `토큰 ${token} ${at}에 만료 예정`, en: `token ${token} ends ${at}` },
    mend: tokenMend(token),
  }),
  'agent-certificate-expired': ({ at, ...agent }: Agent & { readonly at: string }) => ({
    what: {
      ko: `${agent.site}의 수집기 ${agent.agent}: 인증서가 ${at}에 만료됨`,
      en: `agent ${agent.agent} of ${agent.site}: its certificate has ended ${at}`,
    },
    mend: bundle(agent),
  }),
  'agent-certificate-ends-soon': ({ at, ...agent }: Agent & { readonly at: string }) => ({
    what: {
      ko: `${agent.site}의 수집기 ${agent.agent}: 인증서가 ${at}에 만료 예정`,
      en: `agent ${agent.agent} of ${agent.site}: its certificate ends ${at}`,
    },
    mend: bundle(agent),
  }),
  'agent-without-credential': (agent: Agent) => ({
    what: {
      ko: `${agent.site}의 수집기 ${agent.agent}: 인증 수단이 없어 접속할 수 없음`,
      en: `agent ${agent.agent} of ${agent.site}: has no credential and cannot sign in`,
    },
    mend: bundle(agent),
  }),
  'no-backup': () => ({
    what: { ko: '백업이 설정되어 있지 않음', en: 'this gateway is not copied anywhere' },
    mend: {
      ko: '사이트 파일에 backup 설정 (jari backup key 참고)',
      en: 'add backup: to the site file (see jari backup key)',
    },
  }),
  'backup-never': ({ kind }: BackupKind) => ({
    what: {
      ko: kind === 'backup' ? '아직 백업한 적이 없음' : '아직 복원 시험을 한 적이 없음',
      en: kind === 'backup' ? 'no copy was made yet' : 'no copy was tried yet by restoring it',
    },
    mend: { ko: 'jari backup now', en: 'jari backup now' },
  }),
  'backup-failed': ({ kind, reason }: BackupKind & { readonly reason: DrillFailure }) => ({
    what: {
      ko: `${kind === 'backup' ? '마지막 백업' : '마지막 복원 시험'} 실패: ${backupCauses[reason.code].ko}`,
      en: `${kind === 'backup' ? 'the last copy' : 'the last drill'} failed: ${backupCauses[reason.code].en}`,
    },
    mend: backupWords(reason),
  }),
  'backup-age': ({ kind, hours }: BackupKind & { readonly hours: number }) => ({
    what: {
      ko: `마지막 정상 ${kind === 'backup' ? '백업' : '복원 시험'}: ${hours}시간 전`,
      en: `the last good ${kind === 'backup' ? 'copy' : 'drill'} was ${hours} h ago`,
    },
  }),
  'audit-whole': ({ rows }: { readonly rows: number }) => ({
    what: { ko: `감사 기록 ${rows}건, 모두 기록된 그대로임`, en: `audit: ${rows} rows, every one as it was written` },
  }),
  /** `cause`: what the chain's check says, in English. */
  'audit-broken': ({ row, cause }: { readonly row: number; readonly cause: string }) => ({
    what: {
      ko: `감사 기록 ${withParticle(`${row}번`, '이/가')} 기록된 것과 다름 (${cause})`,
      en: `audit row ${row}: ${cause}`,
    },
    mend: {
      ko: '누군가 데이터베이스를 직접 고침: 백업과 비교',
      en: 'somebody changed the database by hand: compare with a backup',
    },
  }),
} satisfies Table;

const certificates = {
  ca: {
    name: { ko: '게이트웨이의 CA', en: "the gateway's CA" },
    mend: { ko: '그 전에 모든 현장 장비에 새 번들이 필요', en: 'every box needs a new bundle before that' },
  },
  server: {
    name: { ko: '게이트웨이 인증서', en: "the gateway's certificate" },
    mend: {
      ko: '실행 중인 게이트웨이가 스스로 갱신함: 시작하거나 로그 확인',
      en: 'a running gateway renews it by itself; start it, or see its log',
    },
  },
} as const;

/** An uplink whose host the gateway's certificate does not name. */
export function unnamedText({ host, names }: { readonly host: string; readonly names: readonly string[] }): string {
  return `its uplink goes to ${host}, and the gateway's certificate is for ${names.join(', ')}`;
}

function untilText({ certificate, until }: Certificate & { readonly until: string }): Words {
  const { ko, en } = certificates[certificate].name;
  return { ko: `${ko}: ${until}까지 유효`, en: `${en} is good until ${until}` };
}

function freeText({ dir, freeMb }: Folder): Words {
  return { ko: `${dir}: 여유 ${freeMb} MB`, en: `${dir}: ${freeMb} MB free` };
}

function tokenMend(token: string): Words {
  return {
    ko: `다시 만들거나(jari token create --name ${token} …) jari token revoke ${token}`,
    en: `create it again (jari token create --name ${token} …), or jari token revoke ${token}`,
  };
}

function bundle({ agent, file }: Agent): Words {
  const command = `jari agent add ${agent} --site ${file} --bundle FOLDER`;
  return { ko: command, en: command };
}
