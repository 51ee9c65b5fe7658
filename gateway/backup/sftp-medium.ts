import { spawn } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BackupConfig } from '../../config/backup/backup.ts';
import { BackupError } from './backup-error.ts';
import { partName } from './manifest.ts';
import type { Medium } from './medium.ts';

type Sftp = Extract<BackupConfig['to'], { kind: 'sftp' }>;

/** A server that does not answer ends the run; a copy of gigabytes over a thin line may take the night. */
const mostMs = 6 * 3_600_000;

/**
 * A server that takes copies by SFTP, through the sftp program of the system in batch mode: by a key alone, and only if the
 * server shows the host key of the given file.
 * @param scratch a folder for what is on its way
 */
export function sftpMedium(to: Sftp, scratch: string, program = 'sftp'): Medium {
  const run = (commands: readonly string[]) => runSftp(to, commands, program);
  const remote = (name: string) => `${to.folder}/${name}`;
  return {
    check: async () => {
      await run([`ls -1 "${to.folder}"`]);
    },
    list: async () => {
      const said = await run([`ls -1a "${to.folder}"`]);
      return said
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('sftp>'))
        .map((line) => line.slice(line.lastIndexOf('/') + 1).trim());
    },
    write: async (name, bytes) => {
      const local = join(scratch, name);
      try {
        await pipeline(bytes, createWriteStream(local, { mode: 0o600 }));
        const part = remote(partName(name));
        // -f: the server writes it to its disk before it answers, where it knows how.
        await run([`put -f "${local}" "${part}"`, `-rm "${remote(name)}"`, `rename "${part}" "${remote(name)}"`]);
      } finally {
        rmSync(local, { force: true });
      }
    },
    fetch: async (name) => {
      const local = join(scratch, `back-${name}`);
      rmSync(local, { force: true });
      await run([`get "${remote(name)}" "${local}"`]);
      return { file: local, forget: () => rmSync(local, { force: true }) };
    },
    remove: async (name) => {
      await run([`rm "${remote(name)}"`]);
    },
  };
}

function argsOf({ host, port, user, keyFile, knownHostsFile }: Sftp): string[] {
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: knownHostsFile,
    GlobalKnownHostsFile: '/dev/null',
    IdentityFile: keyFile,
    IdentitiesOnly: 'yes',
    ConnectTimeout: '20',
    ServerAliveInterval: '15',
  };
  const given = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  // `-F none`: nothing of this user's or this machine's ssh settings weakens any of it.
  return ['-F', 'none', ...given, '-P', String(port), '-b', '-', `${user}@${host.includes(':') ? `[${host}]` : host}`];
}

/** What it printed. */
function runSftp(to: Sftp, commands: readonly string[], program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argsOf(to), { stdio: ['pipe', 'pipe', 'pipe'], timeout: mostMs });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err = (err + chunk.toString()).slice(-4000);
    });
    child.on('error', (error) =>
      reject(new BackupError({ code: 'copy-failed', detail: `${program}: ${error.message}` })),
    );
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(refusal(to, err))));
    child.stdin.on('error', () => {
      // It ended before it had read all; how it ended says why.
    });
    child.stdin.end(`${commands.join('\n')}\n`);
  });
}

/** The program says everything in English and by one exit code. */
function refusal({ host, folder }: Sftp, err: string): BackupError {
  const detail = err.trim().split('\n').slice(-2).join(' ').slice(0, 300);
  if (/host key verification failed|no .*host key is known/i.test(err)) {
    return new BackupError({ code: 'host-key-unknown', host });
  }
  if (/permission denied \(/i.test(err)) return new BackupError({ code: 'sign-in-refused', host });
  if (/no space|quota|disk full/i.test(err))
    return new BackupError({ code: 'no-room-there', place: `${host}:${folder}` });
  if (/can't ls: .* not found|dest open .* no such file/i.test(err)) {
    return new BackupError({ code: 'medium-missing', place: `${host}:${folder}` });
  }
  if (/connection (refused|timed out|closed|reset)|could not resolve|no route|unreachable/i.test(err)) {
    return new BackupError({ code: 'server-unreachable', host, detail });
  }
  return new BackupError({ code: 'medium-refused', place: `${host}:${folder}`, detail });
}
