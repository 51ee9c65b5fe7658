import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** What issues certificates, loaded when one is issued: by name, since a bundle cannot tell the names of CommonJS that is imported lazily. */
export { x509 };
