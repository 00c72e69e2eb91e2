// What the viewer can do to a page that plays: one function each, for buttons, keys and touches alike.

import { back } from '../router.js';
import { writeWord } from '../store.js';
import { zapList, neighbour } from '../zapList.js';

export const VOLUME = 'dash_volume';

// page: see page.js. Before anything is loaded they do nothing.
export function actions(page) {
  const player = () => page.engine?.player;

  function seek(seconds) {
    if (!page.isReady || page.engine.isSuspended) return;
    page.lifeline.calm();
    player().currentTime(seconds);
  }

  function volume(value) {
    const loudness = Math.min(1, Math.max(0, value));
    player()?.muted(false);
    player()?.volume(loudness);
    writeWord(VOLUME, String(loudness));
  }

  function toggle() {
    if (!page.isReady) return;
    if (page.engine.isSuspended) page.engine.resume();
    else if (player().paused()) page.engine.start();
    else player().pause();
  }

  async function zap(step) {
    if (!page.isLive) return;
    const next = neighbour(await zapList(page.streamId).catch(() => []), page.streamId, step);
    if (next) page.switchTo(next.streamId, next.name);
  }

  return {
    toggle, seek, volume,
    awake: () => page.stage.awake(),
    mute: () => player()?.muted(!player().muted()),
    louder: (step) => { if (player()) volume(player().volume() + step); },
    skip: (seconds) => {
      if (!player()) return;
      const last = page.isLive ? Infinity : player().duration() - 1;
      seek(Math.max(0, Math.min(player().currentTime() + seconds, last)));
    },
    toLive: () => {
      if (!page.isLive || !page.isReady) return;
      page.lifeline.calm();
      if (page.engine.isSuspended) return page.engine.resume();
      player().liveTracker?.seekToLiveEdge?.();
      page.engine.start();
    },
    full: () => {
      const done = document.fullscreenElement ? document.exitFullscreen() : page.stage.element.requestFullscreen?.({ navigationUI: 'hide' });
      done?.catch(() => { /* not allowed here: nothing changes */ });
    },
    next: () => zap(1), previous: () => zap(-1),
    menu: (name) => {
      const { button, open } = page.menus[name];
      if (button.hidden || button.disabled) return;
      page.stage.awake();
      open();
    },
    // On touch screens a tap shows or hides the controls; elsewhere a click plays or pauses.
    tap: () => {
      const wasAsleep = page.stage.element.classList.contains('asleep');
      page.stage.awake();
      if (!matchMedia('(pointer: coarse)').matches) toggle();
      else if (!wasAsleep) page.stage.element.classList.add('asleep');
    },
    leave: () => {
      page.save();
      if (document.fullscreenElement) document.exitFullscreen();
      back(page.about.page);
    },
  };
}
