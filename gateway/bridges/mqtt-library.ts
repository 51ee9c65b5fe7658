import { writeToStream } from 'mqtt-packet';

// Its store of every number up to 65,535 as a buffer costs each process 10 MB and saves some bytes of garbage a message.
writeToStream.cacheNumbers = false;

/** What speaks MQTT, loaded with the first connection: by name, since a bundle cannot tell the names of CommonJS that is imported lazily. */
export { connect } from 'mqtt';
