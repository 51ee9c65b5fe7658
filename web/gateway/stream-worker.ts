import { StreamRelay, streamPath, type ToRelay } from './stream-relay.ts';

/** The shared worker that holds the event stream of all tabs. */
declare const self: { onconnect: ((event: MessageEvent) => void) | null };

const relay = new StreamRelay(
  (after) => new EventSource(streamPath(after)),
  (fn, ms) => void setTimeout(fn, ms),
);

self.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  const hear = relay.join((message) => port.postMessage(message));
  port.onmessage = ({ data }: MessageEvent<ToRelay>) => hear(data);
};
