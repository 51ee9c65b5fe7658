import { buildFeeds, type FeedsConfig, feedsFileSchema } from '../config/feeds/feeds.ts';

/** The feeds of a site that says nothing of them. */
export const plainFeeds: FeedsConfig = buildFeeds(feedsFileSchema.parse({ cap: {} }), {
  id: 'saesol',
  name: { ko: '새솔동', en: 'Saesol-dong' },
});
