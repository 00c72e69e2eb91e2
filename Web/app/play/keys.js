// The player's keys.

import { move } from '../arrows.js';

// Returns what ends listening. Keys typed into a slider or a menu are theirs.
export function keys(stage, actions, isLive) {
  const bindings = {
    ' ': actions.toggle, k: actions.toggle, m: actions.mute, f: actions.full,
    q: () => actions.menu('quality'), a: () => actions.menu('audio'), c: () => actions.menu('subtitles'),
    n: actions.next, p: actions.previous, PageUp: actions.next, PageDown: actions.previous, ChannelUp: actions.next, ChannelDown: actions.previous,
    ArrowLeft: () => actions.skip(-10), ArrowRight: () => actions.skip(10),
    ArrowUp: isLive ? actions.next : () => actions.louder(0.1), ArrowDown: isLive ? actions.previous : () => actions.louder(-0.1),
    '+': () => actions.louder(0.1), '-': () => actions.louder(-0.1), l: actions.toLive,
    MediaPlayPause: actions.toggle, MediaTrackNext: actions.next, MediaTrackPrevious: actions.previous,
    Escape: actions.leave,
  };
  const bound = (key) => bindings[key] ?? bindings[key.toLowerCase()];
  // A question or a failure has arrows and Enter to itself: they go to its buttons. From a failure one may also leave, or zap.
  const answer = (root, event) => {
    const isArrow = event.key.startsWith('Arrow');
    const from = event.target.closest?.('button, a');
    if (isArrow && root.contains(from)) {
      if (move(from, event.key, root)) event.preventDefault();
    } else if (isArrow || (event.key === 'Enter' && !from)) {
      event.preventDefault();
      root.querySelector('button, a')?.focus();
    } else if (root.tagName !== 'DIALOG' && !event.repeat) {
      const run = bound(event.key);
      if (![actions.leave, actions.next, actions.previous].includes(run)) return;
      event.preventDefault();
      run();
    }
  };
  const listen = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const target = event.target;
    actions.awake();
    const root = document.querySelector('dialog[open]') ?? stage.querySelector('.trouble:not([hidden])');
    if (root) return answer(root, event);
    if (target.closest?.('.menu-box')) return;
    const isArrow = event.key.startsWith('Arrow');
    if (target.matches?.('input[type="range"]') && isArrow) return;
    // A remote control has arrows and one button: the button brings the controls, arrows then go from one to the next.
    // The title only has the focus to be read out.
    if (isArrow && target.matches?.('.overlay :focus-visible:not(h1)')) {
      if (move(target, event.key)) event.preventDefault();
      return;
    }
    if (event.key === 'Enter' && !target.closest?.('button, a, input')) {
      event.preventDefault();
      return stage.querySelector('[data-control="play"]').focus();
    }
    // Space and Enter press the button that has the focus.
    if (event.key === ' ' && target.closest?.('button, a')) return;
    const run = bound(event.key);
    if (!run || (event.repeat && !isArrow)) return;
    event.preventDefault();
    run();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}
