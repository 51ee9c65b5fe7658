import { execFile } from 'node:child_process';

/**
 * Says something to systemd, such as `READY=1` (sd_notify(3)). Node opens no UNIX datagram socket, so systemd's own program
 * does it. It waits until systemd has read the message: a sender that has ended by then belongs to no service any more and
 * is not believed. Hence NotifyAccess=all in the units. Never throws; `onFailure` hears why it could not.
 */
export function notify(message: readonly string[], onFailure: (why: string) => void): void {
  execFile('systemd-notify', [...message], { timeout: withinMs }, (error) => {
    if (error !== null) onFailure(error.message.trim());
  });
}

/** systemd-notify itself waits for 5 s. */
const withinMs = 10_000;
