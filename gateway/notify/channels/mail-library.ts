/** What speaks SMTP, loaded where a site has mail: by name, since a bundle cannot tell the names of CommonJS that is imported lazily. */
export { createTransport } from 'nodemailer';
