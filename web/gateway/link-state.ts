/** live: events come · checking: the stream broke a moment ago · lost: nothing is heard any more. */
export type LinkState = 'connecting' | 'live' | 'checking' | 'lost';
