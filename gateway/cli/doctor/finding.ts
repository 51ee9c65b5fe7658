/** What `jari doctor` looks at. A program goes by the code; `what` and `mend` are English for a person. */
export type FindingCode =
  | 'version'
  | 'clock-wrong'
  | 'site-file-refused'
  | 'site-file-warning'
  | 'site-file-good'
  | 'listener-private'
  | 'listener-insecure'
  | 'uplink-name-unknown'
  | 'uplink-insecure'
  | 'disk-room'
  | 'disk-low'
  | 'folder-missing'
  | 'folder-private'
  | 'file-readable-by-others'
  | 'certificate-expired'
  | 'certificate-ends-soon'
  | 'certificate-good'
  | 'store-missing'
  | 'store-unreadable'
  | 'admins'
  | 'no-admin'
  | 'token-expired'
  | 'token-ends-soon'
  | 'agent-certificate-expired'
  | 'agent-certificate-ends-soon'
  | 'agent-without-credential'
  | 'audit-whole'
  | 'audit-broken';

/** ok: as it should be. warn: works, and somebody should look. fail: does not work, or is not safe. */
export type Finding = {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly code: FindingCode;
  readonly what: string;
  readonly mend?: string;
};
