/** ok: as it should be. warn: works, and somebody should look. fail: does not work, or is not safe. */
export type Finding = { readonly state: 'ok' | 'warn' | 'fail'; readonly what: string; readonly mend?: string };
