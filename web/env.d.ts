/** Styles are taken in for their effect; the build makes files of them. */
declare module '*.css';
