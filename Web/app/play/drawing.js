// Puts what the engine says onto the stage, whenever it says something new.

import { t } from '../words.js';
import { bytes, perHour } from '../format.js';
import { readWord } from '../store.js';
import * as meter from '../data/meter.js';
import { subtitleTracks, SUBTITLES } from './choices.js';
import { label } from './quality.js';

const SAVE_EVERY = 5000;
// A channel paused for longer than this (ms) loads nothing more: coming back starts at the live edge anyway.
const LIVE_PAUSE = 60_000;

// page: see page.js
export function drawing(page) {
  let wasWaiting = false;

  function title() {
    page.controls.title.textContent = page.about.title;
    page.controls.line.textContent = page.about.line;
    document.title = `${page.about.title} · DASH WebTV`;
  }

  function used() {
    const count = bytes(meter.used().session);
    page.controls.used.textContent = count;
    page.controls.used.setAttribute('aria-label', t('data.pill', { n: count }));
  }

  function state() {
    const { engine } = page;
    if (!engine) return;
    const { player } = engine;
    const isWaiting = !player.paused() && player.readyState() < 3 && !engine.isSuspended;
    // While nothing may come, others say what is waited for.
    if (!engine.isSuspended) page.stage.wait(isWaiting ? t('player.buffering') : undefined);
    if (isWaiting && !wasWaiting && !player.seeking()) page.lifeline.stalled();
    if (isWaiting !== wasWaiting) page.waits(isWaiting);
    wasWaiting = isWaiting;
    page.controls.state({
      isPaused: player.paused(), isMuted: player.muted() || player.volume() === 0, loudness: player.volume(),
      isFull: document.fullscreenElement !== null,
    });
    page.stage.element.classList.toggle('paused', player.paused());
    clearTimeout(page.pauseTimer);
    if (page.isLive && player.paused() && !engine.isSuspended) page.pauseTimer = setTimeout(() => engine.suspend(), LIVE_PAUSE);
    quality();
  }

  function time() {
    const { player } = page.engine;
    const ranges = player.seekable();
    const edge = ranges.length > 0 ? ranges.end(ranges.length - 1) : 0;
    page.controls.time(player.currentTime(), player.duration(), Math.max(0, edge - player.currentTime()));
    if (Date.now() - (page.savedAt ?? 0) > SAVE_EVERY) page.save();
  }

  function quality() {
    const now = page.engine.current();
    const { button } = page.menus.quality;
    page.stage.soundOnly(page.engine.isAudio);
    if (!now) return;
    const name = page.wish() === 'auto' ? t('quality.autoNow', { name: label(now.name) }) : label(now.name);
    button.dataset.playing = now.name;
    button.dataset.label = label(now.name);
    button.setAttribute('aria-label', t('player.qualityNow', { name }));
    button.title = `${t('player.qualityNow', { name })} · ${perHour(now.megabytesPerHour)}`;
  }

  // Menus appear with something to choose; subtitles that the viewer read last time are there again.
  function tracks() {
    const { player } = page.engine;
    const subtitles = subtitleTracks(player);
    page.menus.audio.button.hidden = player.audioTracks().length < 2;
    page.menus.subtitles.button.hidden = subtitles.length === 0;
    const wanted = readWord(SUBTITLES, '');
    if (!wanted || subtitles.some((track) => track.mode === 'showing')) return;
    const track = subtitles.find((one) => one.language === wanted);
    if (track) track.mode = 'showing';
  }

  return { title, used, state, time, quality, tracks };
}
