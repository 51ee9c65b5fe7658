/** What speaks MQTT, loaded with the first connection: by name, since a bundle cannot tell the names of CommonJS that is imported lazily. */
export { connect } from 'mqtt';
