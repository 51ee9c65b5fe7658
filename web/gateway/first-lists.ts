/**
 * What every page of staff asks for before it shows anything, as a path with its query. The build hands these on to the
 * gateway, which names them in the head of a page: a browser fetches only what is asked for again in the same words.
 */
export const firstLists = {
  sites: '/api/v1/sites',
  agents: '/api/v1/agents?limit=10000',
  devices: '/api/v1/devices?limit=10000',
  latest: '/api/v1/latest?limit=10000',
  buildings: '/api/v1/buildings',
  alerts: '/api/v1/alerts?state=open',
  lots: '/api/v1/lots',
  spaces: '/api/v1/spaces?limit=10000',
  maintenance: '/api/v1/maintenance',
} as const;
