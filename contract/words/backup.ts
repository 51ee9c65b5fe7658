import type { BackupFailure, DrillFailure, RestoreProblem } from '../reasons/backup.ts';
import type { Words } from './words.ts';

/** What became of the copy of a gateway, in words: what is wrong, and what to do about it. */

type Reason = BackupFailure | RestoreProblem | DrillFailure;
type Table = { readonly [C in Reason['code']]: (figures: Extract<Reason, { code: C }>) => Words };

const table: Table = {
  'medium-missing': ({ place }) => ({
    ko: `백업 폴더 ${place}에 접근할 수 없습니다. 백업 디스크가 연결·마운트되어 있는지 확인하세요.`,
    en: `The backup folder ${place} is not there; check that the second disk is plugged in and mounted.`,
  }),
  'same-medium': ({ place }) => ({
    ko: `백업 폴더 ${place}가 게이트웨이와 같은 디스크에 있습니다. 백업 디스크를 마운트하거나, 의도한 것이면 backup.sameMedium: true로 설정하세요.`,
    en: `The backup folder ${place} is on the disk of the gateway itself; mount the second disk, or say backup.sameMedium: true if that is meant.`,
  }),
  'no-room-here': ({ needBytes, freeBytes }) => ({
    ko: `사본을 만들 공간이 부족합니다(필요 ${size(needBytes)}, 여유 ${size(freeBytes)}). 게이트웨이 디스크를 비우거나 보관 기간을 줄이세요.`,
    en: `There is no room to make the copy (${size(needBytes)} needed, ${size(freeBytes)} free); free the gateway's disk or keep readings for less long.`,
  }),
  'no-room-there': ({ place }) => ({
    ko: `백업 장소 ${place}에 공간이 없습니다. 비우거나 backup.keep을 줄이세요.`,
    en: `The backup place ${place} is full; free some of it, or lower backup.keep.`,
  }),
  'medium-refused': ({ place, detail }) => ({
    ko: `백업 장소 ${place}에 쓸 수 없습니다(${detail}). 권한과 디스크 상태를 확인하세요.`,
    en: `The backup place ${place} cannot be written (${detail}); check its permissions and the disk.`,
  }),
  'server-unreachable': ({ host, detail }) => ({
    ko: `백업 서버 ${host}에 연결할 수 없습니다(${detail}). 서버와 네트워크를 확인하세요.`,
    en: `The backup server ${host} cannot be reached (${detail}); check the server and the network.`,
  }),
  'host-key-unknown': ({ host }) => ({
    ko: `백업 서버 ${host}의 호스트 키가 knownHostsFile과 다르거나 없습니다. 서버가 바뀌지 않았는지 먼저 확인한 뒤 키를 갱신하세요.`,
    en: `The host key of the backup server ${host} is not in knownHostsFile; make sure that it is the right server before you put the new key there.`,
  }),
  'sign-in-refused': ({ host }) => ({
    ko: `백업 서버 ${host}가 로그인 키를 거부했습니다. keyFile의 공개키가 서버에 등록되어 있는지 확인하세요.`,
    en: `The backup server ${host} refuses the key; put the public half of keyFile into the server's authorized_keys.`,
  }),
  'database-damaged': ({ detail }) => ({
    ko: `데이터베이스가 손상되어 사본을 만들지 않았습니다(${detail}). 마지막 정상 백업을 보관하고 디스크를 교체하세요.`,
    en: `The database is damaged, so no copy was made (${detail}); keep the last good backup and replace the disk.`,
  }),
  'read-back-differs': ({ name }) => ({
    ko: `${name}: 백업 장소에서 다시 읽은 내용이 기록한 내용과 다릅니다. 백업 디스크를 교체하세요.`,
    en: `${name}: what the backup place gives back is not what was written; replace that disk.`,
  }),
  interrupted: () => ({
    ko: '백업이 끝나기 전에 게이트웨이가 종료되었습니다. 다시 시도합니다.',
    en: 'The gateway ended before the copy was whole; it is tried again.',
  }),
  'copy-failed': ({ detail }) => ({
    ko: `백업에 실패했습니다(${detail}).`,
    en: `The copy failed (${detail}).`,
  }),
  'backup-not-there': ({ file }) => ({
    ko: `${file}: 파일이 없습니다. 경로를 확인하세요.`,
    en: `${file}: there is no such file; check the path.`,
  }),
  'not-a-backup': ({ file }) => ({
    ko: `${file}: Jari 백업 파일이 아닙니다. jari-….tar.age 파일을 지정하세요.`,
    en: `${file}: is no backup of Jari; give a file named jari-….tar.age.`,
  }),
  'identity-unusable': ({ file }) => ({
    ko: `${file}: 개인키를 읽을 수 없습니다. AGE-SECRET-KEY-로 시작하는 줄이 있는 파일을 지정하세요.`,
    en: `${file}: no private key can be read there; give the file with the line that begins with AGE-SECRET-KEY-.`,
  }),
  'wrong-key': ({ file }) => ({
    ko: `${file}: 이 개인키로 열 수 없습니다. 백업할 때 설정한 공개키(backup.recipients)와 짝인 키를 사용하세요.`,
    en: `${file}: this key does not open it; use the one that belongs to backup.recipients at the time of the copy.`,
  }),
  'backup-changed': ({ file, from, to, inside }) => ({
    ko: `${file}: ${from}–${to - 1}바이트 위치의 내용이 기록 후 바뀌었습니다${inside === null ? '' : ` (${inside} 부분)`}. 아무것도 복원하지 않았습니다. 다른 백업을 사용하세요.`,
    en: `${file}: bytes ${from} to ${to - 1} were changed after it was written${inside === null ? '' : ` (within ${inside})`}; nothing was restored. Use another copy.`,
  }),
  'backup-truncated': ({ file, haveBytes, wantBytes }) => ({
    ko: `${file}: 끝부분이 없습니다(${wantBytes}바이트 중 ${haveBytes}바이트). 아무것도 복원하지 않았습니다. 다시 복사하거나 다른 백업을 사용하세요.`,
    en: `${file}: its end is missing (${haveBytes} of ${wantBytes} bytes); nothing was restored. Copy it again, or use another.`,
  }),
  'foreign-site': ({ file, sites, wanted }) => ({
    ko: `${file}: 다른 사이트(${sites.join(', ')})의 백업입니다. ${wanted} 사이트의 백업을 사용하세요.`,
    en: `${file}: is a copy of another site (${sites.join(', ')}); use one of ${wanted}.`,
  }),
  'newer-schema': ({ file, madeBy, own }) => ({
    ko: `${file}: 더 새로운 Jari ${madeBy}에서 만든 백업입니다(현재 ${own}). Jari ${madeBy} 이상을 설치한 뒤 복원하세요.`,
    en: `${file}: was made by a newer Jari, ${madeBy}, and this is ${own}; install ${madeBy} or later, then restore.`,
  }),
  'backup-incomplete': ({ file, detail }) => ({
    ko: `${file}: 백업 내용이 완전하지 않습니다(${detail}). 다른 백업을 사용하세요.`,
    en: `${file}: what it holds is not whole (${detail}); use another copy.`,
  }),
  'code-wrong': () => ({
    ko: '교체 코드가 이 백업의 것이 아닙니다. 오타가 없는지, 이 백업보다 먼저 만든 코드인지 확인하세요. 코드가 없으면 jari restore로 복원할 수 있습니다.',
    en: 'The code is none of this copy; check it for a slip, and that it was made before the copy. Without a code there is jari restore.',
  }),
  'code-over': ({ at }) => ({
    ko: `교체 코드의 유효 기간이 ${day(at)}에 끝났습니다. 다른 코드를 사용하거나 jari restore로 복원하세요.`,
    en: `The code was good until ${day(at)}; use another, or jari restore.`,
  }),
  'code-used': ({ at }) => ({
    ko: `교체 코드가 ${day(at)}에 이미 사용되었습니다. 한 번만 쓸 수 있습니다.`,
    en: `The code was used on ${day(at)}, and is good once.`,
  }),
  'place-taken': ({ place }) => ({
    ko: `${place}: 이미 파일이 있습니다. 덮어쓰지 않으므로 없는 폴더나 빈 폴더를 지정하세요.`,
    en: `${place}: is there already and holds something; nothing is overwritten, so give a folder that is new or empty.`,
  }),
  'place-unusable': ({ place, detail }) => ({
    ko: `${place}: 쓸 수 없습니다(${detail}). 권한과 남은 공간을 확인하거나 다른 폴더를 지정하세요.`,
    en: `${place}: cannot be written (${detail}); check its permissions and room, or give another folder.`,
  }),
  'rows-differ': ({ table: name, copied, restored }) => ({
    ko: `복원 시험: ${name} 표의 행 수가 다릅니다(백업 ${copied}, 복원 ${restored}).`,
    en: `Drill: table ${name} has ${restored} rows, and ${copied} were copied.`,
  }),
  'replay-differs': ({ points, first }) => ({
    ko: `복원 시험: 마지막 1시간을 다시 재생하니 측정점 ${points}개의 값이 다릅니다(${first} 등).`,
    en: `Drill: played again, the last hour differs for ${points} ${points === 1 ? 'point' : 'points'} (${first} first).`,
  }),
};

/** What is wrong, and what to do. */
export function backupWords(reason: Reason): Words {
  // The code picks the branch, and the figures are of that code.
  return (table[reason.code] as (figures: Reason) => Words)(reason);
}

/** What is wrong in a few words, for a line on the console. */
export const backupCauses: { readonly [C in Reason['code']]: Words } = {
  'medium-missing': { ko: '백업 디스크에 접근할 수 없음', en: 'the backup disk is not there' },
  'same-medium': {
    ko: '백업 폴더가 게이트웨이와 같은 디스크에 있음',
    en: "the backup folder is on the gateway's own disk",
  },
  'no-room-here': { ko: '게이트웨이 디스크 공간 부족', en: "no room on the gateway's disk" },
  'no-room-there': { ko: '백업 장소 공간 부족', en: 'the backup place is full' },
  'medium-refused': { ko: '백업 장소에 쓸 수 없음', en: 'the backup place cannot be written' },
  'server-unreachable': { ko: '백업 서버에 연결할 수 없음', en: 'the backup server cannot be reached' },
  'host-key-unknown': { ko: '백업 서버의 호스트 키가 다름', en: "the backup server's host key is not known" },
  'sign-in-refused': { ko: '백업 서버가 로그인 키를 거부함', en: 'the backup server refuses the key' },
  'database-damaged': { ko: '데이터베이스 손상', en: 'the database is damaged' },
  'read-back-differs': { ko: '다시 읽은 백업이 기록과 다름', en: 'the copy reads back differently' },
  interrupted: { ko: '백업 도중 종료됨', en: 'the gateway ended meanwhile' },
  'copy-failed': { ko: '사본 생성 실패', en: 'the copy failed' },
  'backup-not-there': { ko: '백업 파일 없음', en: 'the copy is gone' },
  'not-a-backup': { ko: '백업 파일이 아님', en: 'it is no backup' },
  'identity-unusable': { ko: '개인키를 읽을 수 없음', en: 'no private key' },
  'wrong-key': { ko: '키가 맞지 않음', en: 'the key does not fit' },
  'backup-changed': { ko: '백업 내용이 바뀜', en: 'the copy was changed' },
  'backup-truncated': { ko: '백업 파일이 잘림', en: 'the end of the copy is missing' },
  'foreign-site': { ko: '다른 사이트의 백업', en: 'it is of another site' },
  'newer-schema': { ko: '더 새로운 버전의 백업', en: 'it was made by a newer version' },
  'backup-incomplete': { ko: '백업 내용이 완전하지 않음', en: 'the copy is not whole' },
  'code-wrong': { ko: '교체 코드가 다름', en: 'the code is none of it' },
  'code-over': { ko: '교체 코드 기간 만료', en: 'the code is over' },
  'code-used': { ko: '교체 코드를 이미 사용함', en: 'the code was used' },
  'place-taken': { ko: '복원할 폴더가 비어 있지 않음', en: 'the folder is not empty' },
  'place-unusable': { ko: '복원할 폴더에 쓸 수 없음', en: 'the folder cannot be written' },
  'rows-differ': { ko: '복원한 행 수가 다름', en: 'rows are missing after a restore' },
  'replay-differs': { ko: '다시 재생한 값이 다름', en: 'readings differ when played again' },
};

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
