// What lies over the picture: title, buttons, position. Draws what the engine says; knows nothing of how it plays.

import { el, replace, setAria } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { clock, spoken } from '../format.js';

// Seconds behind the newest picture that still count as live.
const AT_EDGE = 20;

export function controls(actions, menus, isLive) {
  const button = (name, picture, words, run, more = '') =>
    el('button', { class: `control ${more}`, data: { control: name }, aria: { label: t(words) }, title: t(words), onclick: run }, icon(picture));
  const play = button('play', 'play', 'player.play', actions.toggle);
  const big = button('big-play', 'play', 'player.play', actions.toggle, 'big');
  const mute = button('mute', 'sound', 'player.mute', actions.mute);
  const volume = el('input', { class: 'volume', type: 'range', min: 0, max: 100, value: 100, aria: { label: t('player.volume') }, oninput: () => actions.volume(volume.value / 100) });
  const full = button('full', 'full', 'player.full', actions.full);
  const seek = el('input', { class: 'seek', type: 'range', min: 0, max: 1000, value: 0, step: 1, aria: { label: t('player.position') } });
  let isSeeking = false;
  seek.addEventListener('input', () => { isSeeking = true; drawTime(Number(seek.value), Number(seek.max)); });
  seek.addEventListener('change', () => { isSeeking = false; actions.seek(Number(seek.value)); });
  const time = el('span', { class: 'time' }, '');
  const edge = el('button', { class: 'edge', data: { control: 'live' }, onclick: actions.toLive }, el('span', { class: 'dot' }), el('span', {}, t('player.live')));
  const title = el('h1', { class: 'player-title', tabindex: '-1' }, '');
  const line = el('p', { class: 'player-line' }, '');
  const used = el('span', { class: 'used', data: { control: 'used' } });

  const top = el('div', { class: 'top' }, button('back', 'back', 'nav.back', actions.leave), el('div', { class: 'titles' }, title, line), used);
  const middle = el('div', { class: 'middle' },
    isLive ? button('previous', 'up', 'player.previous', actions.previous) : button('rewind', 'rewind', 'player.rewind', () => actions.skip(-10)),
    big,
    isLive ? button('next', 'down', 'player.next', actions.next) : button('forward', 'forward', 'player.forward', () => actions.skip(10)));
  const bottom = el('div', { class: 'bottom' }, isLive ? null : el('div', { class: 'seek-line' }, seek),
    el('div', { class: 'buttons' }, play, isLive ? edge : time, mute, volume, el('span', { class: 'space' }), menus.map((one) => one.button), full));

  function drawPicture(target, picture, words) {
    replace(target, icon(picture));
    setAria(target, 'label', t(words));
    target.title = t(words);
  }

  function drawTime(now, total) {
    time.textContent = `${clock(now)} / ${clock(total)}`;
    seek.style.setProperty('--played', `${total > 0 ? (now / total) * 100 : 0}%`);
    setAria(seek, 'valuetext', t('player.ofTotal', { now: spoken(now), total: spoken(total) }));
  }

  return {
    top, middle, bottom, title, line, used,
    state({ isPaused, isMuted, loudness, isFull }) {
      for (const one of [play, big]) drawPicture(one, isPaused ? 'play' : 'pause', isPaused ? 'player.play' : 'player.pause');
      drawPicture(mute, isMuted ? 'muted' : 'sound', isMuted ? 'player.unmute' : 'player.mute');
      drawPicture(full, isFull ? 'small' : 'full', isFull ? 'player.leaveFull' : 'player.full');
      volume.value = isMuted ? 0 : Math.round(loudness * 100);
      volume.style.setProperty('--played', `${volume.value}%`);
    },
    time(now, total, behind) {
      if (isLive) {
        const isLate = behind > AT_EDGE;
        edge.classList.toggle('late', isLate);
        setAria(edge, 'label', isLate ? `${t('player.goLive')}: ${t('player.behind', { time: spoken(behind) })}` : t('player.live'));
        return;
      }
      if (isSeeking || !(total > 0)) return;
      seek.max = Math.floor(total);
      seek.value = Math.floor(now);
      drawTime(now, total);
    },
  };
}
