// Video.js as we use it: one stream, variants chosen by us, every byte that it throws away counted.
//
// Its names ending in `_` are not promised by its makers; `./dash setup` pins the version, and each use here can do without.

import { choose, megabytesPerHour } from './quality.js';
import { speedometer, lastSpeed } from './speed.js';
import { add as count } from '../data/meter.js';

const TYPE = 'application/x-mpegURL';
// Seconds read ahead: enough for a bad moment, little to throw away.
const AHEAD = 20;

// wishes(): { wish, cap, saver }, asked before each segment. Calls back on(event): 'state', 'time', 'tracks', 'variant', 'error', 'ended'.
export function engine(videojs, element, wishes, on) {
  const speed = speedometer();
  const state = { source: undefined, isAudio: false, isSuspended: false, position: 0, isPlaced: false };
  videojs.Vhs.GOAL_BUFFER_LENGTH = AHEAD;
  videojs.Vhs.MAX_GOAL_BUFFER_LENGTH = AHEAD;
  videojs.Vhs.STANDARD_PLAYLIST_SELECTOR = function select() { return selected(this); };
  const player = videojs(element, {
    controls: false, autoplay: false, preload: 'auto', liveui: false, errorDisplay: false, bigPlayButton: false, loadingSpinner: false,
    controlBar: false, posterImage: false, titleBar: false, textTrackSettings: false, enableSmoothSeeking: false,
    userActions: { click: false, doubleClick: false, hotkeys: false },
    html5: {
      vhs: { overrideNative: true, limitRenditionByPlayerDimensions: false, useNetworkInformationApi: false },
      nativeAudioTracks: false, nativeVideoTracks: false, nativeTextTracks: false,
    },
  });
  const vhs = () => player.tech({ IWillNotUseThisInPlugins: true })?.vhs;

  // MARK: Variants

  const variantOf = (playlist) => ({
    name: /([^/?]+)\.m3u8/.exec(playlist.uri ?? '')?.[1] ?? '', height: playlist.attributes?.RESOLUTION?.height ?? 0,
    average: playlist.attributes?.['AVERAGE-BANDWIDTH'] ?? playlist.attributes?.BANDWIDTH ?? 0, playlist,
  });

  function variants() {
    return (vhs()?.playlists?.main?.playlists ?? []).map(variantOf).filter((one) => one.height > 0);
  }

  // Asked by the player whenever it may change: at the start and after each segment.
  function selected(handler) {
    const all = handler.playlists.main.playlists;
    const usable = all.filter((one) => !(one.excludeUntil > Date.now()) && !one.disabled);
    const offered = (usable.length > 0 ? usable : all).map(variantOf);
    const playing = handler.playlists.media();
    return choose(offered, {
      ...wishes(), speed: speed.value ?? lastSpeed(), screen: linesInSight(player.el()), current: playing && variantOf(playing).name,
    }).playlist;
  }

  function current() {
    if (state.isAudio) return { name: 'audio', height: 0, megabytesPerHour: quality('audio')?.megabytesPerHour ?? 0 };
    const media = vhs()?.playlists?.media?.();
    if (!media?.attributes) return undefined;
    const variant = variantOf(media);
    return { name: variant.name, height: variant.height, megabytesPerHour: megabytesPerHour(variant.average) };
  }

  // What can be chosen, best first: the stream's own word where it is known, else what the gateway expects.
  function qualities() {
    const known = variants();
    const pictures = known.length > 0
      ? known.map((one) => ({ name: one.name, height: one.height, megabytesPerHour: megabytesPerHour(one.average) }))
      : (state.source?.qualities ?? []).filter((one) => one.name !== 'audio');
    const sound = quality('audio');
    return [...pictures.sort((a, b) => b.height - a.height || b.megabytesPerHour - a.megabytesPerHour), ...(sound ? [sound] : [])];
  }

  function quality(name) { return state.source?.qualities.find((one) => one.name === name); }

  // MARK: Loading

  const wantsAudio = () => wishes().wish === 'audio' && quality('audio') !== undefined;

  // What plays next, and from where: not a byte of it comes before `resume`.
  function hold(source, from) {
    suspend();
    take(source, from);
    state.isSuspended = true;
  }

  function take(source, from) {
    Object.assign(state, { source, isSuspended: false, isPlaced: false, position: source.isLive ? 0 : from, wanted: undefined });
    state.isAudio = wantsAudio();
  }

  function load(source, { from, play = true }) {
    take(source, from);
    player.src({ src: state.isAudio ? quality('audio').url : source.url, type: TYPE });
    if (play) start();
  }

  // The stream is known: now it can be gone to where it shall begin.
  function place() {
    if (state.isSuspended) return;
    vhs()?.playlists?.on?.('loadedplaylist', settle);
    if (state.position > 0) player.currentTime(state.position);
    state.isPlaced = true;
  }

  function position() { return state.isPlaced ? player.currentTime() : state.position; }

  async function start() {
    try {
      await player.play();
    } catch (error) {
      // Browsers refuse sound before a touch: without it playing may begin.
      if (error?.name !== 'NotAllowedError') return;
      player.muted(true);
      await player.play()?.catch(() => {});
      on('muted');
    }
  }

  // After a change of wish: at once, from where we are. Between sound alone and pictures it is another stream.
  function changed() {
    if (state.isSuspended || !state.source) return;
    if (wantsAudio() !== state.isAudio) load(state.source, { from: position(), play: !player.paused() });
    else if (!state.isAudio) switchNow(vhs()?.playlistController_);
  }

  // Throws away what is read ahead and goes on in the chosen variant, as soon as its playlist is the one in use: at once where
  // it is known, else with its answer. Video.js' own `fastQualityChange_` (8.23.9) throws away too early or not at all where a
  // playlist was in use before. Without these names the next segment brings the change.
  function switchNow(controller) {
    const wanted = controller?.selectPlaylist?.();
    if (!wanted) return;
    // Auto may load it already, while the picture is still another.
    const isLoading = wanted.id === controller.media?.()?.id;
    if (isLoading && variantOf(wanted).height === player.videoHeight()) return;
    state.wanted = wanted.id;
    if (!isLoading) controller.switchMedia_?.(wanted, 'fast-quality');
    settle();
  }

  function settle() {
    const controller = vhs()?.playlistController_;
    if (!state.wanted || controller?.media?.()?.id !== state.wanted) return;
    state.wanted = undefined;
    controller.runFastQualitySwitch_?.();
  }

  // Not one more byte until `resume`. Paused first: of a player that waits for the link, Video.js puts the reset off until something comes.
  // A reset also forgets how loud it was.
  function suspend() {
    if (state.isSuspended || !state.source) return;
    const sound = { volume: player.volume(), muted: player.muted() };
    Object.assign(state, { position: position(), isPlaced: false, isSuspended: true });
    player.one('playerreset', () => {
      player.volume(sound.volume);
      player.muted(sound.muted);
    });
    player.pause();
    player.reset();
    on('state');
  }

  function resume() {
    if (state.isSuspended) load(state.source, { from: state.position });
  }

  // MARK: Events

  player.on(['playing', 'pause', 'waiting', 'seeking', 'seeked', 'volumechange', 'canplay', 'ratechange'], () => on('state'));
  player.on(['timeupdate', 'durationchange', 'progress'], () => on('time'));
  player.on('loadedmetadata', () => { place(); on('tracks'); });
  player.on('resize', () => on('variant'));
  player.on('ended', () => on('ended'));
  player.on('error', () => { if (!state.isSuspended && player.error()) on('error'); });
  player.audioTracks().on(['addtrack', 'removetrack', 'change'], () => on('tracks'));
  player.textTracks().on(['addtrack', 'removetrack', 'change'], () => on('tracks'));
  player.on('xhr-hooks-ready', () => {
    const tech = player.tech({ IWillNotUseThisInPlugins: true });
    tech.on('bandwidthupdate', () => on('variant'));
    tech.on('mediachange', () => on('variant'));
    tech.vhs.xhr.onRequest((options) => timed(counted(options), speed));
  });

  return {
    player, hold, changed, suspend, resume, variants, qualities, current, start,
    get streamId() { return state.source?.streamId; },
    // Seconds into it; as long as it has not begun, where it will.
    get position() { return position(); },
    get isSuspended() { return state.isSuspended; },
    get isAudio() { return state.isAudio; },
    get speed() { return speed.value; },
    dispose() { state.source = undefined; player.dispose(); },
  };
}

// Lines that a picture can have in `box`: in portrait the width limits them. undefined: it is not to be seen.
function linesInSight(box) {
  if (!box?.isConnected) return undefined;
  return Math.min(box.clientHeight, (box.clientWidth * 9) / 16) * Math.min(devicePixelRatio || 1, 2);
}

// A request that is cut off has cost what had come, and no browser reports it; nor what comes from a bucket beside us.
function counted(options) {
  const before = options.beforeSend;
  options.beforeSend = (request) => {
    before?.(request);
    let loaded = 0;
    request.addEventListener('progress', (event) => { loaded = event.loaded; });
    request.addEventListener('abort', () => count(loaded));
    if (new URL(options.uri, location.href).origin !== location.origin) request.addEventListener('load', () => count(loaded));
  };
  return options;
}

// Tells the speedometer how long answers took.
function timed(options, speed) {
  const before = options.beforeSend;
  const isSegment = /\.ts$/.test(new URL(options.uri, location.href).pathname) && !/\/audio/.test(options.uri);
  options.beforeSend = (request) => {
    before?.(request);
    const sent = performance.now();
    request.addEventListener('readystatechange', () => {
      if (request.readyState === XMLHttpRequest.HEADERS_RECEIVED) speed.answered(performance.now() - sent);
    });
    if (isSegment) request.addEventListener('load', (event) => speed.arrived(event.loaded, performance.now() - sent));
  };
  return options;
}
