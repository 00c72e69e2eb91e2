// What the three menus offer: quality with its price, languages, subtitles.

import { t } from '../words.js';
import { language, perHour } from '../format.js';
import { label } from './quality.js';

// The language of subtitles that the viewer wants to read; empty: none.
export const SUBTITLES = 'dash_subtitles';

// Auto first, then best to lightest, sound alone last.
export function qualityItems(engine, wish, set) {
  const playing = engine.current();
  const auto = wish === 'auto' && playing ? t('quality.autoNow', { name: label(playing.name) }) : t('quality.auto');
  const offered = engine.qualities();
  const chosen = wish === 'auto' || offered.some((one) => one.name === wish) ? wish : playing?.name;
  return [
    { label: auto, note: t('quality.best'), checked: chosen === 'auto', run: () => set('auto') },
    ...offered.map((one) => ({
      label: label(one.name), note: perHour(one.megabytesPerHour), checked: one.name === chosen, run: () => set(one.name),
    })),
  ];
}

// calm(): the sound is fetched anew, which is no fault of the link.
export function audioItems(player, calm) {
  return list(player.audioTracks()).map((track) => ({
    label: named(track), checked: track.enabled, run: () => { calm(); track.enabled = true; },
  }));
}

export function subtitleTracks(player) {
  return list(player.textTracks()).filter((track) => track.kind === 'subtitles' || track.kind === 'captions');
}

export function subtitleItems(player, remember) {
  const tracks = subtitleTracks(player);
  const show = (wanted) => {
    for (const track of tracks) track.mode = track === wanted ? 'showing' : 'disabled';
    remember(wanted?.language ?? '');
  };
  return [
    { label: t('player.off'), checked: tracks.every((track) => track.mode !== 'showing'), run: () => show(undefined) },
    ...tracks.map((track) => ({ label: named(track), checked: track.mode === 'showing', run: () => show(track) })),
  ];
}

// The language in the viewer's own, and the track's title where it says more.
function named(track) {
  const name = track.language ? language(track.language) : track.label || language('');
  const says = track.label && track.label !== track.language && !name.toLowerCase().includes(track.label.toLowerCase());
  return track.language && says ? `${name} · ${track.label}` : name;
}

function list(tracks) { return Array.from({ length: tracks.length }, (_, index) => tracks[index]); }
