// What a stream is called, and what stands beside it: for the title line, for resuming, for the next episode.

import { get } from '../api.js';
import { read, write } from '../store.js';
import { t } from '../words.js';
import { channels } from '../watched.js';
import { zapList } from '../zapList.js';

const KEY = 'dash_episodes';

// The episodes of the series that the viewer looked at last.
export function rememberEpisodes(item, id) {
  const episodes = (item.seasons ?? []).flatMap((season) => (season.episodes ?? []).map((one) => ({
    streamId: one.streamId, title: one.title, image: one.image, season: season.season, episode: one.episode,
  })));
  write(KEY, { id, name: item.name, image: item.image, episodes }, sessionStorage);
}

// { title, line, image, page, number, epg }; never fails: without a name a number must do.
export async function describe(streamId, signal) {
  const [kind, ...number] = streamId.split('-');
  try {
    if (kind === 'live') return await channel(streamId, number[0], signal);
    if (kind === 'vod') {
      const { item } = await get(`/api/catalog/vod/${number[0]}`, { signal });
      return { title: item.name ?? '', line: item.year ? String(item.year) : '', image: item.image, page: `/film/${streamId}` };
    }
    if (kind === 'series') return await episode(streamId, number[0], signal);
  } catch (error) {
    if (signal?.aborted) throw error;
  }
  if (kind === 'live') return named(channels(), streamId, number[0]);
  return { title: t('details.episode', { n: number.at(-1) }), line: '', page: '/' };
}

async function channel(streamId, number, signal) {
  return named(await zapList(streamId, signal), streamId, number);
}

function named(list, streamId, number) {
  const found = list.find((one) => one.streamId === streamId);
  return { title: found?.name ?? t('home.channel', { n: number }), line: '', image: found?.image, number: found?.number, page: '/live' };
}

async function episode(streamId, id, signal) {
  const series = await episodes(id, signal);
  const found = series.episodes.find((one) => one.streamId === streamId);
  const place = found ? `S${found.season} · E${found.episode}` : '';
  return { title: `${series.name ?? ''} ${place}`.trim(), line: found?.title ?? '', image: found?.image ?? series.image, page: `/show/${id}` };
}

async function episodes(id, signal) {
  const known = read(KEY, undefined, sessionStorage);
  if (known?.id === id) return known;
  const { item } = await get(`/api/catalog/series/${id}`, { signal });
  rememberEpisodes(item, id);
  return read(KEY, { episodes: [] }, sessionStorage);
}

// The episode after this one; undefined for anything else.
export function nextEpisode(streamId) {
  const all = read(KEY, { episodes: [] }, sessionStorage).episodes;
  const at = all.findIndex((one) => one.streamId === streamId);
  return at >= 0 ? all[at + 1] : undefined;
}

// What is on now and what comes then.
export async function programmes(streamId, signal) {
  try {
    return (await get(`/api/epg/${streamId}?limit=2`, { signal })).programmes ?? [];
  } catch {
    return [];
  }
}
