// Plays one stream and, on channels, the next ones: puts engine, controls, menus, keys and budget together.

import { replace, announce, toast, hush } from '../dom.js';
import { t } from '../words.js';
import { perHour, timeOfDay } from '../format.js';
import { panel } from '../failures.js';
import { ApiError } from '../api.js';
import { go } from '../router.js';
import { readWord, writeWord } from '../store.js';
import { position, remember, rememberChannel } from '../watched.js';
import { saver } from '../views/card.js';
import * as meter from '../data/meter.js';
import { videojs, style } from './loader.js';
import { source } from './source.js';
import { describe, programmes, nextEpisode } from './titles.js';
import { engine as makeEngine } from './engine.js';
import { stage as makeStage } from './stage.js';
import { controls as makeControls } from './controls.js';
import { menu } from './menu.js';
import { qualityItems, audioItems, subtitleItems, SUBTITLES } from './choices.js';
import { preference, setPreference, label } from './quality.js';
import { actions, VOLUME } from './actions.js';
import { drawing } from './drawing.js';
import { keys } from './keys.js';
import { guard as makeGuard } from './guard.js';
import { lifeline as makeLifeline } from './lifeline.js';

// A picture that stands for so long (ms) may have a reason that only the gateway knows.
const DOUBT = 10_000;

export function open(main, { parts: [streamId], query }) {
  const from = query.get('from');
  // Meant once: the page loaded anew goes on where the viewer was.
  if (from !== null) history.replaceState(history.state, '', `#/play/${streamId}`);
  const page = new PlayPage(main, streamId, from);
  const ready = page.begin();
  return { title: () => page.about.title, ready, focus: () => page.controls.title, close: () => page.close() };
}

class PlayPage {
  about = { title: '', line: '', page: '/' };
  // A quality for this stream only, over the kept preference.
  override = undefined;
  engine = undefined;
  attempt = 0;
  isBeginning = false;
  isWaiting = false;
  isClosed = false;

  constructor(main, streamId, from) {
    this.streamId = streamId;
    this.isLive = streamId.startsWith('live-');
    this.from = from === null ? undefined : Number(from) || 0;
    this.stage = makeStage();
    this.draw = drawing(this);
    this.actions = actions(this);
    this.menus = {
      quality: menu('quality', 'settings', t('player.quality'), () => qualityItems(this.engine, this.wish(), (name) => this.choose(name)), this.stage.element),
      audio: menu('audio', 'language', t('player.audio'), () => audioItems(this.engine.player, () => this.lifeline.calm()), this.stage.element),
      subtitles: menu('subtitles', 'subtitles', t('player.subtitles'), () => subtitleItems(this.engine.player, (one) => writeWord(SUBTITLES, one)), this.stage.element),
    };
    const menus = [this.menus.subtitles, this.menus.audio, this.menus.quality];
    this.controls = makeControls(this.actions, menus, this.isLive);
    for (const one of menus) one.button.disabled = true;
    for (const one of [this.menus.audio, this.menus.subtitles]) one.button.hidden = true;
    this.stage.overlay.append(this.controls.top, this.controls.middle, this.controls.bottom, ...menus.map((one) => one.box));
    this.stage.screen.addEventListener('click', () => this.actions.tap());
    this.stage.screen.addEventListener('dblclick', () => this.actions.full());
    this.stage.hidesWhen(() => this.engine && !this.engine.player.paused());
    replace(main, this.stage.element);
    this.stopKeys = keys(this.stage.element, this.actions, this.isLive);
    this.stopMeter = meter.follow(() => this.draw.used());
    this.draw.used();
    this.onFull = () => this.draw.state();
    this.onHide = () => this.save();
    document.addEventListener('fullscreenchange', this.onFull);
    addEventListener('pagehide', this.onHide);
  }

  // MARK: Playing

  // Player and stream are asked for at once: neither waits for the other.
  async begin() {
    const mine = ++this.attempt;
    this.loading?.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    this.isBeginning = true;
    this.engine?.suspend();
    this.stage.fail(undefined);
    this.stage.wait(t('app.loading'));
    const naming = this.name(signal);
    try {
      const css = new URL('../../styles/player.css', import.meta.url).pathname;
      const [library, found] = await Promise.all([videojs(), source(this.streamId, signal), style(css)]);
      if (mine !== this.attempt || !this.stage.element.isConnected) return;
      this.engine ??= this.makeEngine(library);
      this.lifeline.calm();
      this.engine.hold(found, this.from ?? position(this.streamId));
      this.from = undefined;
      this.isBeginning = false;
      // A budget that is used up already is asked about before anything comes.
      if (!this.guard.asksFirst()) this.engine.resume();
      for (const one of Object.values(this.menus)) one.button.disabled = false;
      this.stage.awake();
      await naming;
    } catch (error) {
      if (mine === this.attempt && !signal.aborted) this.fail(error);
    }
  }

  makeEngine(library) {
    const engine = makeEngine(library, this.stage.video, () => ({ wish: this.wish(), cap: this.guard?.cap ?? Infinity, saver: saver() }), (event) => this.happened(event));
    engine.player.volume(Number(readWord(VOLUME, '1')) || 1);
    this.guard = makeGuard(engine, this.stage.element, { leave: () => this.actions.leave(), audioOnly: () => { this.override = 'audio'; } });
    this.lifeline = makeLifeline(engine, {
      isAuto: () => this.wish() === 'auto',
      toAudio: () => { this.override = 'audio'; engine.changed(); },
      toPicture: () => { this.override = undefined; this.lifeline.calm(); engine.changed(); },
    });
    return engine;
  }

  // Whether there is a stream that the viewer may start and stop now.
  get isReady() { return this.engine !== undefined && !this.isBeginning && !this.guard.isAsking; }

  wish() { return this.override ?? preference(); }

  choose(name) {
    this.override = undefined;
    setPreference(name);
    this.lifeline.calm();
    this.engine.changed();
    const told = this.engine.qualities().find((one) => one.name === name);
    if (told) toast(t('quality.changed', { name: label(name), rate: perHour(told.megabytesPerHour) }));
  }

  async name(signal) {
    try {
      this.about = await describe(this.streamId, signal);
      this.draw.title();
      if (this.isLive) rememberChannel({ streamId: this.streamId, name: this.about.title, number: this.about.number, image: this.about.image });
      const listed = this.isLive ? await programmes(this.streamId, signal) : [];
      const words = (one) => (one.now ? t('player.now', { title: one.title }) : t('player.then', { title: one.title, time: timeOfDay(one.start) }));
      if (listed.length > 0) this.about.line = listed.slice(0, 2).map(words).join(' · ');
      this.draw.title();
    } catch { /* the stream was left meanwhile */ }
  }

  // MARK: What happens

  happened(event) {
    if (event === 'error') return this.explain();
    if (event === 'ended') return this.ended();
    if (event === 'tracks') return this.draw.tracks();
    if (event === 'muted') toast(t('player.soundOn'), { label: t('player.unmute'), run: () => this.engine.player.muted(false) });
    if (event === 'variant') this.changed();
    if (event === 'time') this.draw.time();
    if (event === 'state') this.draw.state();
  }

  changed() {
    this.draw.quality();
    this.lifeline?.settled();
  }

  // The player only knows that it failed; the gateway knows why.
  async explain() {
    const mine = this.attempt;
    const { signal } = this.loading;
    this.save();
    try {
      await source(this.streamId, signal);
    } catch (error) {
      if (mine === this.attempt && !signal.aborted) this.fail(error);
      return;
    }
    if (mine !== this.attempt) return;
    // It can be had: once by ourselves, then when asked.
    if (Date.now() - (this.lastRescue ?? 0) > 30_000) {
      this.lastRescue = Date.now();
      toast(t(this.isLive ? 'player.stillThere' : 'player.goesOn'));
      this.beginHere();
    } else {
      this.fail(new ApiError('playback'));
    }
  }

  beginHere() {
    this.from = this.reached() ?? this.from;
    this.begin();
  }

  // Seconds into the film that plays; undefined where there is none.
  reached() {
    return !this.isLive && this.engine?.streamId === this.streamId ? this.engine.position : undefined;
  }

  // The player waits for more, or does no longer.
  waits(is) {
    this.isWaiting = is;
    clearTimeout(this.doubtTimer);
    if (is) this.doubtTimer = setTimeout(() => this.doubt(false), DOUBT);
  }

  // Refused for a while, the player only waits and says nothing. The gateway says why; where it gives the stream again, the player is
  // told to begin anew. Without a network waiting is right.
  async doubt(hasAsked) {
    const mine = this.attempt;
    const { signal } = this.loading;
    const refused = await source(this.streamId, signal).then(() => undefined, (error) => error);
    if (!this.isWaiting || mine !== this.attempt || signal.aborted) return;
    if (refused && !['offline', 'unreachable'].includes(refused.code)) return this.fail(refused);
    if (hasAsked && navigator.onLine !== false) return this.beginHere();
    this.doubtTimer = setTimeout(() => this.doubt(true), DOUBT);
  }

  fail(error) {
    if (error?.code === 'login_required') return go('/sign-in');
    if (!(error instanceof ApiError)) console.error(error);
    const known = error instanceof ApiError ? error : new ApiError('unknown');
    this.stage.wait(undefined);
    // Also of the last minutes, which are not kept for the next visit.
    this.from = this.reached() ?? this.from;
    this.isBeginning = false;
    this.engine?.suspend();
    const lower = this.engine && known.code === 'playback' && this.wish() !== 'auto';
    this.stage.fail(panel(known, {
      isFilm: !this.isLive, retry: () => this.begin(), back: () => this.actions.leave(),
      extra: lower ? { label: t('fail.lower'), run: () => { setPreference('auto'); this.begin(); } } : undefined,
    }));
  }

  ended() {
    if (this.isLive) return this.explain();
    this.save();
    const next = nextEpisode(this.streamId);
    if (next) toast(next.title || t('player.nextEpisode'), { label: t('player.nextEpisode'), run: () => this.switchTo(next.streamId) });
    announce(t('player.ended'));
    this.stage.awake();
  }

  save() {
    const { engine, about } = this;
    const at = this.reached();
    if (at === undefined || engine.isSuspended || !(engine.player.duration() > 0)) return;
    this.savedAt = Date.now();
    const duration = engine.player.duration();
    remember({ streamId: this.streamId, title: about.title, image: about.image, page: about.page, position: at, duration });
  }

  // The stage stays (and with it full screen); only what plays changes.
  switchTo(streamId, title = '') {
    if (this.isClosed) return;
    this.save();
    this.streamId = streamId;
    this.from = undefined;
    this.override = undefined;
    this.about = { title, line: '', page: this.about.page };
    history.replaceState(history.state, '', `#/play/${streamId}`);
    this.draw.title();
    announce(title);
    this.begin();
  }

  close() {
    this.isClosed = true;
    this.attempt += 1;
    this.save();
    // What it offers needs a player.
    hush();
    this.loading?.abort();
    clearTimeout(this.pauseTimer);
    clearTimeout(this.doubtTimer);
    this.stopKeys();
    this.stopMeter();
    this.guard?.stop();
    this.stage.close();
    document.removeEventListener('fullscreenchange', this.onFull);
    removeEventListener('pagehide', this.onHide);
    this.engine?.dispose();
    this.engine = undefined;
  }
}
