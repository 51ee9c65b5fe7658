import type { JSX } from 'preact';
import { session } from '../gateway/session.ts';
import { frameWords } from '../text/frame.ts';
import { speaker } from './language.ts';
import { address, heading } from './router.ts';

const tell = speaker(frameWords);

type Place = {
  readonly key: 'overview' | 'alerts' | 'parking' | 'buildings' | 'devices' | 'charts';
  readonly path: string;
};

const places: readonly Place[] = [
  { key: 'overview', path: '/' },
  { key: 'alerts', path: '/alerts' },
  { key: 'parking', path: '/parking' },
  { key: 'buildings', path: '/buildings' },
  { key: 'devices', path: '/devices' },
  { key: 'charts', path: '/charts' },
];

/** The pages of staff: beside the content on a desk, below it on a phone. */
export function Nav() {
  const { value } = session;
  if (value.state !== 'somebody' || value.person.role === 'resident') return null;
  const path = heading.value;
  return (
    <nav class="nav" aria-label={tell('pages')}>
      {places.map((place) => (
        <a key={place.key} href={address(place.path)} aria-current={isAt(path, place.path) ? 'page' : undefined}>
          <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
            {icons[place.key]}
          </svg>
          <span>{tell(place.key)}</span>
        </a>
      ))}
    </nav>
  );
}

function isAt(path: string, of: string): boolean {
  return of === '/' ? path === '/' : path === of || path.startsWith(`${of}/`);
}

const icons: Record<Place['key'], JSX.Element> = {
  overview: <path d="M3 11 12 4l9 7v9h-6v-6H9v6H3z" />,
  alerts: <path d="M12 3a6 6 0 0 0-6 6v5l-2 3h16l-2-3V9a6 6 0 0 0-6-6zm-2 16h4a2 2 0 0 1-4 0z" />,
  parking: <path d="M5 3h14v18H5zm4 4v10h2v-3h2a3.5 3.5 0 0 0 0-7zm2 2h2a1.5 1.5 0 0 1 0 3h-2z" fill-rule="evenodd" />,
  buildings: (
    <path
      d="M4 21V4h10v5h6v12zm3-13h2V6H7zm4 0h2V6h-2zM7 12h2v-2H7zm4 0h2v-2h-2zm-4 4h2v-2H7zm4 0h2v-2h-2zm5-3h2v-2h-2zm0 4h2v-2h-2z"
      fill-rule="evenodd"
    />
  ),
  devices: <path d="M4 5h16v6H4zm0 8h16v6H4zm3-5.5v1h2v-1zm0 8v1h2v-1z" fill-rule="evenodd" />,
  charts: <path d="M4 4h2v14h15v2H4zm4 11 4-5 3 3 5-7 1.6 1.2L15.2 16l-3.1-3.1L9.5 16z" />,
};
