/** The form of an id, for programs that want no zod: a thread that only hands rows through, for one. */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
